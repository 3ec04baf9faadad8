package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.array.FisherYates;
import dev.limelight.array.NativeArrays;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Puts the values of an array into another order, each as likely as any other (Fisher and Yates).
 * The array keeps its distribution: activations keep their scale, variances stay positive, and
 * nothing becomes infinite that was not.
 *
 * @param seed together with the parameter's name it determines the order
 */
@API(status = Status.INTERNAL)
public record WeightShuffler(long seed) {

  /**
   * Shuffles in place.
   *
   * @param parameter whose values they are
   * @param values from the buffer's position to its limit
   * @param width bytes per value: 1, 2, 4 or 8
   */
  public void apply(String parameter, ByteBuffer values, int width) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + parameter.hashCode());
    int start = values.position();
    FisherYates.shuffle(
        values.remaining() / width,
        random,
        (one, other) -> swap(values, start + one * width, start + other * width, width));
  }

  /** A shuffled copy, which belongs to the owner. */
  public NDArray of(String parameter, NDArray array, NDManager owner) {
    ByteBuffer values = array.toByteBuffer();
    ByteBuffer copy = owner.allocateDirect(values.remaining());
    copy.put(values).flip();
    apply(parameter, copy, array.getDataType().getNumOfBytes());
    return NativeArrays.of(owner, copy, array.getShape(), array.getDataType());
  }

  private static void swap(ByteBuffer values, int one, int other, int width) {
    switch (width) {
      case 1 -> {
        byte value = values.get(one);
        values.put(one, values.get(other)).put(other, value);
      }
      case 2 -> {
        short value = values.getShort(one);
        values.putShort(one, values.getShort(other)).putShort(other, value);
      }
      case 4 -> {
        int value = values.getInt(one);
        values.putInt(one, values.getInt(other)).putInt(other, value);
      }
      case 8 -> {
        long value = values.getLong(one);
        values.putLong(one, values.getLong(other)).putLong(other, value);
      }
      default -> throw new IllegalArgumentException("no number has " + width + " bytes");
    }
  }
}
