package dev.limelight.cli;

import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of results that appears at once: files are written beside it and moved when all are
 * there. If something goes wrong before, nothing is left.
 */
final class OutputFolder implements AutoCloseable {

  private final Path target;
  private final Path part;

  /**
   * Prepares the folder, before any work, so that a place that cannot be written is told at once.
   *
   * @throws IOException if it cannot be written
   */
  OutputFolder(Path target) throws IOException {
    this.target = target.toAbsolutePath().normalize();
    if (Files.exists(this.target) && !Files.isDirectory(this.target)) {
      throw new IOException("--out is a folder, and " + target + " is a file; choose another name");
    }
    Path existing = this.target;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    Path parent = Files.isDirectory(this.target) ? this.target : this.target.getParent();
    try {
      Files.createDirectories(parent);
      part = Files.createTempDirectory(parent, ".limelight-");
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "cannot write to "
              + target
              + ": "
              + e.getFile()
              + " is not a folder; choose another --out",
          e);
    } catch (IOException e) {
      throw new IOException(
          "cannot write to " + target + ": " + AtomicFile.reason(e) + "; choose another --out", e);
    }
  }

  /** Where to write a file for now. */
  Path file(String name) {
    return part.resolve(name);
  }

  /** Puts all files in their place. */
  void finish() throws IOException {
    Files.createDirectories(target);
    for (Path file : AtomicFile.files(part)) {
      AtomicFile.move(file, target.resolve(file.getFileName()));
    }
  }

  @Override
  public void close() throws IOException {
    AtomicFile.delete(part);
  }
}
