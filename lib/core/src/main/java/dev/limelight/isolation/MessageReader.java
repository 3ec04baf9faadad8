package dev.limelight.isolation;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A message of another process. Whatever it says is checked: no count is believed beyond the bytes
 * that are there.
 */
@API(status = Status.INTERNAL)
public final class MessageReader {

  /** The longest message. */
  static final int MOST_BYTES = 1 << 30;

  private final ByteBuffer bytes;

  /** Reads a message, or a part of one. */
  public MessageReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /**
   * The next message, for which memory is taken as its bytes arrive.
   *
   * @param most its bytes
   * @return null at the end
   */
  static @Nullable MessageReader next(InputStream in, int most) throws IOException {
    int length;
    try {
      length = new DataInputStream(in).readInt();
    } catch (EOFException e) {
      return null;
    }
    if (length < 0 || length > most) {
      throw new ProtocolException(
          "a message of " + length + " bytes, where there are at most " + most);
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("a message of " + length + " bytes ends after " + bytes.length);
    }
    return new MessageReader(bytes);
  }

  private ByteBuffer need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw new ProtocolException(
          count + " bytes are announced, and " + bytes.remaining() + " are there");
    }
    return bytes;
  }

  /** One of these values. */
  public <E extends Enum<E>> E kind(E[] values) {
    int index = need(1).get();
    if (index < 0 || index >= values.length) {
      throw new ProtocolException("there is no kind " + index);
    }
    return values[index];
  }

  /** True or false. */
  public boolean flag() {
    byte value = need(1).get();
    if (value != 0 && value != 1) {
      throw new ProtocolException("a flag is 0 or 1, not " + value);
    }
    return value == 1;
  }

  /** A number in a range. */
  public int number(int least, int most) {
    int value = need(Integer.BYTES).getInt();
    if (value < least || value > most) {
      throw new ProtocolException(value + " is not from " + least + " to " + most);
    }
    return value;
  }

  /** Any number. */
  public long longNumber() {
    return need(Long.BYTES).getLong();
  }

  /** Any number, perhaps not finite. */
  public double real() {
    return need(Double.BYTES).getDouble();
  }

  /**
   * A text.
   *
   * @param most its bytes
   */
  public String text(int most) {
    byte[] encoded = new byte[number(0, Math.min(most, Math.max(0, bytes.remaining() - 4)))];
    bytes.get(encoded);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolException("a text is no UTF-8");
    }
  }

  /** A text or null. */
  public @Nullable String optionalText(int most) {
    return flag() ? text(most) : null;
  }

  /** So many numbers. */
  public float[] floats(long count) {
    ByteBuffer from = need(Math.multiplyExact(count, (long) Float.BYTES));
    float[] values = new float[(int) count];
    from.asFloatBuffer().get(values);
    from.position(from.position() + Float.BYTES * values.length);
    return values;
  }

  /** So many numbers. */
  public int[] ints(long count) {
    ByteBuffer from = need(Math.multiplyExact(count, (long) Integer.BYTES));
    int[] values = new int[(int) count];
    from.asIntBuffer().get(values);
    from.position(from.position() + Integer.BYTES * values.length);
    return values;
  }

  /**
   * A list.
   *
   * @param most its elements, each of which has a byte at least
   */
  public <T> List<T> list(int most, Function<MessageReader, T> one) {
    int count = number(0, Math.min(most, bytes.remaining()));
    List<T> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(one.apply(this));
    }
    return values;
  }

  /** Checks that nothing follows. */
  public void end() {
    if (bytes.hasRemaining()) {
      throw new ProtocolException(bytes.remaining() + " bytes follow that nobody asked for");
    }
  }

  /** All that follows. */
  public byte[] rest() {
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    return all;
  }
}
