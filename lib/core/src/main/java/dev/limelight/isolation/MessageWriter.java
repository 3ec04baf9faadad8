package dev.limelight.isolation;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A message as it is written: numbers with the highest byte first, texts, lists and arrays. */
@API(status = Status.INTERNAL)
public final class MessageWriter {

  private ByteBuffer bytes = ByteBuffer.allocate(256);

  /** Begins with the kind of the message. */
  public MessageWriter(Enum<?> kind) {
    put((byte) kind.ordinal());
  }

  private ByteBuffer room(long more) {
    long need = bytes.position() + more;
    if (need > MessageReader.MOST_BYTES) {
      throw new IllegalArgumentException(
          "a message to a model's process holds "
              + MessageReader.MOST_BYTES
              + " bytes, and this one needs more; explain smaller or fewer pictures at once");
    }
    if (more > bytes.remaining()) {
      int capacity =
          (int) Math.min(MessageReader.MOST_BYTES, Math.max(need, 2L * bytes.capacity()));
      bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), capacity)).position(bytes.position());
    }
    return bytes;
  }

  /** Adds a byte. */
  public MessageWriter put(byte value) {
    room(1).put(value);
    return this;
  }

  /** Adds true or false. */
  public MessageWriter put(boolean value) {
    return put((byte) (value ? 1 : 0));
  }

  /** Adds a number. */
  public MessageWriter put(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  /** Adds a number. */
  public MessageWriter put(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  /** Adds a number. */
  public MessageWriter put(double value) {
    room(Double.BYTES).putDouble(value);
    return this;
  }

  /** Adds a text. */
  public MessageWriter put(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    room((long) Integer.BYTES + encoded.length).putInt(encoded.length).put(encoded);
    return this;
  }

  /** Adds a text or null. */
  public MessageWriter putOptional(@Nullable String text) {
    put(text != null);
    return text == null ? this : put(text);
  }

  /** Adds numbers, whose count the reader knows. */
  public MessageWriter put(float[] values) {
    ByteBuffer to = room((long) Float.BYTES * values.length);
    to.asFloatBuffer().put(values);
    to.position(to.position() + Float.BYTES * values.length);
    return this;
  }

  /** Adds numbers, whose count the reader knows. */
  public MessageWriter put(int[] values) {
    ByteBuffer to = room((long) Integer.BYTES * values.length);
    to.asIntBuffer().put(values);
    to.position(to.position() + Integer.BYTES * values.length);
    return this;
  }

  /** Adds a list. */
  public <T> MessageWriter put(Collection<T> values, BiConsumer<MessageWriter, T> one) {
    put(values.size());
    values.forEach(value -> one.accept(this, value));
    return this;
  }

  /** The message without its length. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Sends the message. */
  void writeTo(OutputStream out) throws IOException {
    new DataOutputStream(out).writeInt(bytes.position());
    out.write(bytes.array(), 0, bytes.position());
    out.flush();
  }

  /** Sends the message to a process that reads it. */
  void sendTo(OutputStream out) {
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
