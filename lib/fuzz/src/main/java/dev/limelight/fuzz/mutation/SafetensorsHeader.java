package dev.limelight.fuzz.mutation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Changes the JSON header of a safetensors file, and now and then the length that it claims. */
public final class SafetensorsHeader implements Mutator {

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    if (bytes.length < Long.BYTES) {
      return new Bytes().mutate(bytes, random);
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > bytes.length - Long.BYTES) {
      return new Bytes().mutate(bytes, random);
    }
    int end = Long.BYTES + (int) length;
    byte[] header = new JsonTree().mutate(Arrays.copyOfRange(bytes, Long.BYTES, end), random);
    byte[] changed = Bytes.joined(bytes, Long.BYTES, header, end);
    long claimed =
        switch (random.nextInt(12)) {
          case 0 -> Values.integer(random);
          case 1 -> header.length + random.nextInt(9) - 4;
          default -> header.length;
        };
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(0, claimed);
    return changed;
  }
}
