package dev.limelight.io;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Files and folders that are whole or absent: they are written beside their place and moved. */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Writes beside the target and moves it there; folders that are missing are made.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(byte[] bytes, Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a folder's root");
    Files.createDirectories(folder);
    Path part = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      // A channel would be torn where the thread is interrupted, and what was begun must end whole.
      try (OutputStream out = new FileOutputStream(part.toFile())) {
        out.write(bytes);
      }
      move(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Puts a file, or a folder, in its place on the same disk at once. A file that is there is
   * replaced, and no reader finds none.
   */
  public static void move(Path part, Path place) throws IOException {
    // REPLACE_EXISTING would remove the target first.
    Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What lies in a folder, by name. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Deletes a file, or a folder with all that is in it, if it is there; follows no link. */
  public static void delete(Path file) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      for (Path inside : files(file)) {
        delete(inside);
      }
    }
    Files.deleteIfExists(file);
  }

  /** Why a file could not be written, in words; Java's own message is often its name alone. */
  public static String reason(IOException error) {
    if (error instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (error instanceof FileSystemException system && system.getReason() == null) {
      return error.getClass().getSimpleName().replace("Exception", "") + ": " + system.getFile();
    }
    return Objects.requireNonNullElse(error.getMessage(), error.toString());
  }
}
