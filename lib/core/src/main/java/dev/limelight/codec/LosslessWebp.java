package dev.limelight.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A WebP file whose lossless picture ends where its chunk ends. The plug-in reads on behind it
 * without a word, and what it makes of that is no picture of the file.
 */
final class LosslessWebp extends ImageInputStreamImpl {

  private static final int RIFF = fourCc("RIFF");
  private static final int WEBP = fourCc("WEBP");
  private static final int LOSSLESS = fourCc("VP8L");

  private static final int MOST_CHUNKS = 1_000;

  /** The plug-in has so many bytes in advance. */
  private static final int AHEAD = Long.BYTES;

  private final ImageInputStream file;
  private final long end;

  private LosslessWebp(ImageInputStream file, long end) {
    this.file = file;
    this.end = end;
  }

  private static int fourCc(String name) {
    return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
  }

  /** The same file, guarded if it is a lossless WebP of one picture. */
  static ImageInputStream guarded(ImageInputStream file) throws IOException {
    long end = end(file);
    return end < 0 ? file : new LosslessWebp(file, end);
  }

  /** Where the chunk of the lossless picture ends, or -1. */
  private static long end(ImageInputStream file) throws IOException {
    ByteOrder before = file.getByteOrder();
    try {
      file.seek(0);
      file.setByteOrder(ByteOrder.BIG_ENDIAN);
      int first = file.readInt();
      file.readInt();
      if (first != RIFF || file.readInt() != WEBP) {
        return -1;
      }
      for (int i = 0; i < MOST_CHUNKS; i++) {
        int type = file.readInt();
        long size = Integer.toUnsignedLong(Integer.reverseBytes(file.readInt()));
        long start = file.getStreamPosition();
        if (type == LOSSLESS) {
          return start + size;
        }
        // Also over the frames of an animation, whose headers the plug-in reads by single bytes.
        file.seek(start + size + size % 2);
      }
      return -1;
    } catch (EOFException e) {
      return -1;
    } finally {
      file.setByteOrder(before);
      file.seek(0);
    }
  }

  /** Of such a file the plug-in's decoder alone reads single bytes. */
  @Override
  public int read() throws IOException {
    bitOffset = 0;
    int next = 0;
    if (streamPos < end) {
      file.seek(streamPos);
      next = file.read();
    }
    if (next < 0 || streamPos >= end + AHEAD) {
      // The plug-in swallows an EOFException.
      throw new IOException("the picture is longer than its chunk", new EOFException());
    }
    streamPos++;
    return next;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    bitOffset = 0;
    file.seek(streamPos);
    int count = Math.max(0, file.read(bytes, offset, length));
    // Numbers are read as a whole, or not at all.
    long zeros = Math.min(length - count, end + 2 * AHEAD - streamPos - count);
    for (; zeros > 0; zeros--) {
      bytes[offset + count++] = 0;
    }
    streamPos += count;
    return count > 0 || length == 0 ? count : -1;
  }

  @Override
  public long length() {
    return -1;
  }
}
