package dev.limelight.fuzz.mutation;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Flips, cuts, inserts, duplicates and overwrites bytes of a file of any kind. */
public final class Bytes implements Mutator {

  private static final int LONGEST = 64;

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    if (bytes.length == 0) {
      return random(random);
    }
    int at = position(bytes.length, random);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(LONGEST));
    byte[] copy = bytes.clone();
    switch (random.nextInt(9)) {
      case 0:
        copy[at] ^= (byte) (1 << random.nextInt(8));
        return copy;
      case 1:
        copy[at] = (byte) Values.integer(random);
        return copy;
      case 2:
        return Arrays.copyOf(bytes, at);
      case 3:
        return joined(bytes, at, new byte[0], end);
      case 4:
        return joined(bytes, at, random(random), at);
      case 5:
        return joined(bytes, end, Arrays.copyOfRange(bytes, at, end), end);
      case 6:
        Arrays.fill(copy, at, end, (byte) (random.nextBoolean() ? 0 : 0xFF));
        return copy;
      case 7:
        int from = position(bytes.length, random);
        System.arraycopy(bytes, from, copy, at, Math.min(end - at, bytes.length - from));
        return copy;
      default:
        return overwritten(copy, at, random);
    }
  }

  /** What is before a position, something else, and what is from another on. */
  static byte[] joined(byte[] bytes, int until, byte[] between, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + between.length);
    out.write(bytes, 0, until);
    out.writeBytes(between);
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }

  /** Headers are at the beginning and directories at the end; these are hit more often. */
  private static int position(int length, RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(Math.min(length, 256));
      case 1 -> length - 1 - random.nextInt(Math.min(length, 256));
      default -> random.nextInt(length);
    };
  }

  private static byte[] random(RandomGenerator random) {
    byte[] more = new byte[1 + random.nextInt(LONGEST)];
    random.nextBytes(more);
    return more;
  }

  private static byte[] overwritten(byte[] copy, int at, RandomGenerator random) {
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    number.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int width = 2 << random.nextInt(3);
    long value = Values.integer(random);
    switch (width) {
      case 2 -> number.putShort((short) value);
      case 4 -> number.putInt((int) value);
      default -> number.putLong(value);
    }
    System.arraycopy(number.array(), 0, copy, at, Math.min(width, copy.length - at));
    return copy;
  }
}
