package dev.limelight.torch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The bytes of a file, with checks that no length in the file is beyond its end. */
@API(status = Status.INTERNAL)
public final class PickleInput extends InputStream {

  private static final int MAX_LINE_LENGTH = 1 << 16;

  private final InputStream in;
  private final long size;
  private long position;
  private long limit = Long.MAX_VALUE;

  public PickleInput(InputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  public long position() {
    return position;
  }

  /** Lets so many more bytes be read and no further one. */
  void allow(long bytes) {
    limit = position + bytes;
  }

  @Override
  public int read() throws IOException {
    checkLimit(1);
    int value = in.read();
    if (value >= 0) {
      position++;
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    checkLimit(length);
    int count = in.read(buffer, offset, length);
    position += Math.max(0, count);
    return count;
  }

  /** So many bytes; the number may be any that a file claims. */
  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > size - position || count > Integer.MAX_VALUE - 8) {
      throw new EOFException("a text is longer than the file");
    }
    byte[] read = readNBytes((int) count);
    if (read.length < count) {
      throw new EOFException("the file ends within a text");
    }
    return read;
  }

  /** A number of so many bytes, the lowest first. */
  long number(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) byteOrEnd() << 8 * i;
    }
    return value;
  }

  /** The text up to the end of the line. */
  String line() throws IOException {
    byte[] line = new byte[64];
    int length = 0;
    for (int next = byteOrEnd(); next != '\n'; next = byteOrEnd()) {
      if (length == MAX_LINE_LENGTH) {
        throw new IOException("a line is longer than " + MAX_LINE_LENGTH + " bytes");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) next;
    }
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }

  private void checkLimit(int count) throws MalformedFileException {
    if (count > limit - position) {
      throw new MalformedFileException(
          "has a pickle that is too large for a state dict; save model.state_dict() alone");
    }
  }

  private int byteOrEnd() throws IOException {
    int value = read();
    if (value < 0) {
      throw new EOFException("the file ends within a pickle");
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
