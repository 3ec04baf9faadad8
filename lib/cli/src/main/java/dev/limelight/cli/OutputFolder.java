package dev.limelight.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
          "cannot write to " + target + ": " + reason(e) + "; choose another --out", e);
    }
  }

  /** Where to write a file for now. */
  Path file(String name) {
    return part.resolve(name);
  }

  /** Puts all files in their place. */
  void finish() throws IOException {
    Files.createDirectories(target);
    for (Path file : files(part)) {
      Files.move(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(part)) {
      for (Path file : files(part)) {
        Files.delete(file);
      }
      Files.delete(part);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }

  private static String reason(IOException error) {
    return error instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : error.getMessage();
  }
}
