package dev.limelight.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * A WebP file whose lossless parts end where their chunks end: its picture, its transparency, and
 * those of the frames of an animation. The plug-in reads on behind them without a word, and what it
 * makes of that is no picture of the file.
 */
final class LosslessWebp extends ImageInputStreamImpl {

  private static final int RIFF = fourCc("RIFF");
  private static final int WEBP = fourCc("WEBP");
  private static final int LOSSLESS = fourCc("VP8L");
  private static final int TRANSPARENCY = fourCc("ALPH");
  private static final int FRAME = fourCc("ANMF");

  /** Bytes of a frame before its chunks. */
  private static final int FRAME_HEADER = 16;

  private static final int MOST_CHUNKS = 1_000;

  /** The plug-in's decoder reads a number of so many bytes, and the next ones singly. */
  private static final int AHEAD = Long.BYTES;

  /** The bytes of a chunk. */
  private record Part(long start, long end) {

    boolean has(long position) {
      return start <= position && position < end;
    }
  }

  private final ImageInputStream file;
  private final List<Part> parts;
  private final long lastEnd;

  /** What is decoded, or null. */
  private @Nullable Part current;

  private long decoded;

  private LosslessWebp(ImageInputStream file, List<Part> parts) {
    this.file = file;
    this.parts = parts;
    lastEnd = parts.stream().mapToLong(Part::end).max().orElse(0);
  }

  private static int fourCc(String name) {
    return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
  }

  /** The same file, guarded if it is a WebP with lossless parts. */
  static ImageInputStream guarded(ImageInputStream file) throws IOException {
    List<Part> parts = parts(file);
    return parts.isEmpty() ? file : new LosslessWebp(file, parts);
  }

  private static List<Part> parts(ImageInputStream file) throws IOException {
    List<Part> parts = new ArrayList<>();
    ByteOrder before = file.getByteOrder();
    try {
      file.seek(0);
      file.setByteOrder(ByteOrder.BIG_ENDIAN);
      int first = file.readInt();
      file.readInt();
      if (first == RIFF && file.readInt() == WEBP) {
        addParts(file, Long.MAX_VALUE, parts);
      }
    } catch (EOFException e) {
      // All chunks are known.
    } finally {
      file.setByteOrder(before);
      file.seek(0);
    }
    return parts;
  }

  /** Those of the chunks from the position of the file on. */
  private static void addParts(ImageInputStream file, long to, List<Part> parts)
      throws IOException {
    for (int i = 0; i < MOST_CHUNKS && file.getStreamPosition() < to; i++) {
      int type = file.readInt();
      long size = Integer.toUnsignedLong(Integer.reverseBytes(file.readInt()));
      long start = file.getStreamPosition();
      long end = Math.min(to, start + size);
      if (type == LOSSLESS || type == TRANSPARENCY) {
        parts.add(new Part(start, end));
      } else if (type == FRAME && to == Long.MAX_VALUE) {
        file.seek(start + FRAME_HEADER);
        addParts(file, end, parts);
      }
      file.seek(start + size + size % 2);
    }
  }

  /** Beyond the end of what is decoded there are zeros, as far as the decoder looks ahead. */
  @Override
  public int read() throws IOException {
    bitOffset = 0;
    int next = 0;
    if (current == null || streamPos < current.end()) {
      file.seek(streamPos);
      next = file.read();
    }
    if (current != null) {
      decoded = streamPos - AHEAD + 1;
      if (next < 0 || decoded > current.end()) {
        // The plug-in swallows an EOFException.
        throw new IOException("the picture is longer than its chunk", new EOFException());
      }
    }
    streamPos += next < 0 ? 0 : 1;
    return next;
  }

  /** The decoder goes on where it was; what begins anywhere else may be another part. */
  private @Nullable Part decodedAt(long position) {
    Part next = parts.stream().filter(part -> part.has(position)).findFirst().orElse(null);
    return next == null && position == decoded ? current : next;
  }

  /** The decoder alone reads such numbers. */
  @Override
  public long readLong() throws IOException {
    Part part = decodedAt(streamPos);
    long value = super.readLong();
    current = part;
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    bitOffset = 0;
    current = null;
    file.seek(streamPos);
    int count = Math.max(0, file.read(bytes, offset, length));
    // Numbers are read as a whole, or not at all.
    long zeros = Math.min(length - count, lastEnd + 2 * AHEAD - streamPos - count);
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
