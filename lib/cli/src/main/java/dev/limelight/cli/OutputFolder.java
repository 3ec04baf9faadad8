package dev.limelight.cli;

import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of results that is written atomically: files are written to a temporary folder and moved
 * when all are complete. After an error nothing is left behind.
 */
final class OutputFolder implements AutoCloseable {

  private final Path target;
  private final Path part;

  /**
   * Prepares the folder before any work, so that a folder that cannot be written fails at once.
   *
   * @throws IOException if it cannot be written
   */
  OutputFolder(Path target) throws IOException {
    this.target = target.toAbsolutePath().normalize();
    if (Files.exists(this.target) && !Files.isDirectory(this.target)) {
      throw new IOException(
          "--out must be a folder, but " + target + " is a file; choose another name");
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

  /** The temporary path of a file. */
  Path file(String name) {
    return part.resolve(name);
  }

  /** Moves all files into the folder. */
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
