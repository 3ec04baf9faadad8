package dev.limelight.attention;

import java.util.Arrays;

/** A row of one number a token for each picture, on its way from the head back to the patches. */
final class TokenRows {

  private final int tokens;
  private float[] values;

  /**
   * Begins at the head.
   *
   * @param pictures how many
   * @param read the share of each token in what the head reads
   */
  TokenRows(int pictures, float[] read) {
    tokens = read.length;
    values = new float[pictures * tokens];
    for (int i = 0; i < pictures; i++) {
      System.arraycopy(read, 0, values, i * tokens, tokens);
    }
  }

  /** The rows, (N, T). */
  float[] values() {
    return values.clone();
  }

  /**
   * {@code r (A + I) / 2}, where each row of the matrix is divided by its sum.
   *
   * @param attention A, (N, T, T)
   */
  void averageThrough(float[] attention) {
    float[] next = new float[values.length];
    for (int row = 0; row < values.length; row++) {
      double sum = 1;
      for (int column = 0; column < tokens; column++) {
        sum += attention[row * tokens + column];
      }
      float share = (float) (values[row] / sum);
      int first = row - row % tokens;
      addTo(next, first, attention, row, share);
      next[row] += share;
    }
    values = next;
  }

  /**
   * {@code r + r A}.
   *
   * @param attention A, (N, T, T)
   */
  void addThrough(float[] attention) {
    float[] next = Arrays.copyOf(values, values.length);
    for (int row = 0; row < values.length; row++) {
      addTo(next, row - row % tokens, attention, row, values[row]);
    }
    values = next;
  }

  private void addTo(float[] next, int first, float[] attention, int row, float share) {
    if (share != 0) {
      for (int column = 0; column < tokens; column++) {
        next[first + column] += share * attention[row * tokens + column];
      }
    }
  }
}
