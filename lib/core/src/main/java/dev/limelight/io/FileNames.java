package dev.limelight.io;

import java.nio.charset.StandardCharsets;

/** Names of files within the limits of file systems. */
public final class FileNames {

  /** The bytes that a name may have in UTF-8. */
  public static final int LONGEST = 255;

  private FileNames() {}

  /** The beginning of a name that has at most so many bytes in UTF-8. */
  public static String cut(String name, int bytes) {
    int length = 0;
    int end = 0;
    while (end < name.length()) {
      int next = name.offsetByCodePoints(end, 1);
      length += name.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
      if (length > bytes) {
        return name.substring(0, end);
      }
      end = next;
    }
    return name;
  }

  /** A stem and an ending as one name, with as much of the stem as fits. */
  public static String of(String stem, String ending) {
    return cut(stem, LONGEST - ending.getBytes(StandardCharsets.UTF_8).length) + ending;
  }
}
