package dev.limelight.image;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Files that are whole or absent. */
public final class WholeFile {

  private WholeFile() {}

  /**
   * Writes beside the target and moves it there; folders that are missing are made.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(byte[] bytes, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      // A channel would be torn where the thread is interrupted, and what was begun must end whole.
      try (OutputStream out = new FileOutputStream(part.toFile())) {
        out.write(bytes);
      }
      // Replacing it in two steps would leave a moment in which a reader finds none.
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
