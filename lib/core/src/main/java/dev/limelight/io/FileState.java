package dev.limelight.io;

import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * A file as it was when it was read.
 *
 * @param path of the file
 * @param size in bytes
 * @param modified when it was last written
 */
public record FileState(Path path, long size, FileTime modified) {

  /** The state of a file now. */
  public static FileState of(Path path) throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileState(path, now.size(), now.lastModifiedTime());
  }

  /** Whether it still is that file. */
  public boolean isUnchanged() {
    try {
      return Files.isRegularFile(path) && of(path).equals(this);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Refuses a file that another program has written, moved or deleted since.
   *
   * @throws UnsupportedException if it is not the same any more
   */
  public void checkUnchanged() {
    if (!isUnchanged()) {
      throw new UnsupportedException(
          path
              + " was changed after it was loaded, and its weights are read from it; load it again");
    }
  }
}
