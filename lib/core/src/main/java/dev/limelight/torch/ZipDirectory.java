package dev.limelight.torch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The end of a zip, where it says how long its table of contents is. Java's ZipFile reads that
 * table at once, however long it be, and counts afterwards.
 */
final class ZipDirectory {

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int MAX_COMMENT_LENGTH = 0xffff;

  private ZipDirectory() {}

  /** Refuses a table of contents of more than so many bytes that lies in the file. */
  static void check(Path path, long limit) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = file.length();
      int tail = (int) Math.min(length, END_BYTES + LOCATOR_BYTES + MAX_COMMENT_LENGTH);
      byte[] bytes = new byte[tail];
      file.seek(length - tail);
      file.readFully(bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      // The first four bytes of an end may also stand in its comment, so each is looked at.
      for (int at = 0; at <= tail - END_BYTES; at++) {
        if (buffer.getInt(at) != END) {
          continue;
        }
        refuse(Integer.toUnsignedLong(buffer.getInt(at + 12)), limit, length);
        int locator = at - LOCATOR_BYTES;
        if (locator >= 0 && buffer.getInt(locator) == LOCATOR) {
          long end = buffer.getLong(locator + 8);
          if (end >= 0 && end <= length - 48) {
            file.seek(end + 40);
            refuse(Long.reverseBytes(file.readLong()), limit, length);
          }
        }
      }
    }
  }

  private static void refuse(long table, long limit, long length) throws MalformedFileException {
    if (table > limit && table <= length) {
      throw new MalformedFileException(
          "has a table of contents of " + table + " bytes, which no network needs; repack it");
    }
  }
}
