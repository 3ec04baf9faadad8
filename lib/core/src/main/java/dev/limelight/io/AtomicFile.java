package dev.limelight.io;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Files and folders that are complete or absent: they are written under another name and moved. */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Writes a file, completely or not at all; missing folders are created.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(byte[] bytes, Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a folder's root");
    Files.createDirectories(folder);
    // Without the file's name, which may be as long as a name can be.
    Path part = Temporary.add(folder.resolve(".limelight-" + UUID.randomUUID() + ".part"));
    try {
      // An interrupt of the thread would close a channel, but the file must be completed.
      try (OutputStream out = new FileOutputStream(part.toFile())) {
        out.write(bytes);
      }
      move(part, file);
    } finally {
      Temporary.delete(part);
    }
  }

  /**
   * Checks before any work that a file can be written: folders and a file of the same names are
   * written into a temporary folder, and removed.
   *
   * @throws IOException if it cannot be written; the message says why
   */
  public static void checkWritable(Path file) throws IOException {
    Path target = file.toAbsolutePath().normalize();
    if (Files.isDirectory(target)) {
      throw new IOException(file + " is a folder; give the name of a file");
    }
    Path existing = Objects.requireNonNull(target.getParent(), "a file has a folder");
    while (!Files.exists(existing)) {
      existing = Objects.requireNonNull(existing.getParent(), "the root exists");
    }
    Path folder = existing;
    try {
      Path probe = Temporary.add(Files.createTempDirectory(folder, ".limelight-"));
      try {
        Path copy = probe.resolve(folder.relativize(target));
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.createFile(copy);
      } finally {
        Temporary.delete(probe);
      }
    } catch (NoSuchFileException e) {
      // It would name the probe.
      throw new IOException("cannot write " + file + ": nothing can be created in " + folder, e);
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + reason(e), e);
    }
  }

  /**
   * Moves a file or a folder to its target on the same disk, in one step. An existing file is
   * replaced: a reader finds either the old or the new one.
   */
  public static void move(Path source, Path target) throws IOException {
    // REPLACE_EXISTING would remove the target first.
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The files and folders in a folder, sorted by name. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Deletes a file, or a folder with its contents, if it exists; does not follow links. */
  public static void delete(Path file) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : files(file)) {
        delete(entry);
      }
    }
    Files.deleteIfExists(file);
  }

  /** Why a file could not be written, in words; Java's message is often only the file's name. */
  public static String reason(IOException error) {
    if (error instanceof AccessDeniedException denied) {
      return "permission denied for " + denied.getFile();
    }
    if (error instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (error instanceof FileAlreadyExistsException there) {
      return there.getFile() + " is there and is not a folder";
    }
    if (error instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason() + " (" + system.getFile() + ")";
    }
    return Objects.requireNonNullElse(error.getMessage(), error.toString());
  }
}
