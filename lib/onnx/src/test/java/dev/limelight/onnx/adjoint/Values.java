package dev.limelight.onnx.adjoint;

import java.util.Arrays;
import java.util.Random;

/** Real numbers with a shape. */
record Values(long[] shape, double[] values) {

  private static final Random RANDOM = new Random();

  /** Starts the random numbers anew. */
  static void restart() {
    RANDOM.setSeed(5);
  }

  static Values of(double... values) {
    return new Values(new long[] {values.length}, values);
  }

  static Values scalar(double value) {
    return new Values(new long[0], new double[] {value});
  }

  /** Of the normal distribution. */
  static Values normal(long... shape) {
    return filled(shape, i -> RANDOM.nextGaussian());
  }

  /** Between 0.5 and 1.5. */
  static Values positive(long... shape) {
    return filled(shape, i -> RANDOM.nextDouble() + 0.5);
  }

  /** No two of which are near each other, nor near zero. */
  static Values distinct(long... shape) {
    int count = Math.toIntExact(size(shape));
    int[] order = RANDOM.ints().distinct().limit(count).toArray();
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    return filled(shape, i -> (Arrays.binarySearch(sorted, order[i]) - count / 2 + 0.5) / 7);
  }

  Values times(double factor) {
    return new Values(shape, Arrays.stream(values).map(value -> value * factor).toArray());
  }

  /** Rounded to float32. */
  Values rounded() {
    return new Values(shape, Arrays.stream(values).map(value -> (float) value).toArray());
  }

  static long size(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  private interface Filler {
    double value(int i);
  }

  private static Values filled(long[] shape, Filler filler) {
    double[] values = new double[Math.toIntExact(size(shape))];
    Arrays.setAll(values, filler::value);
    return new Values(shape, values);
  }
}
