package dev.limelight.metric;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.ConjugateGradient;
import org.hipparchus.linear.RealLinearOperator;
import org.hipparchus.linear.RealVector;

/**
 * Noisy linear imputation (Rong et al. 2022): each removed pixel is the weighted mean of its eight
 * neighbours, 1/6 for those at its sides and 1/12 for those at its corners, whether these are
 * removed too or not; then noise is added, so that smoothness does not tell what was removed. At
 * the border the mean is over the neighbours that there are.
 */
final class NoisyLinear {

  private static final int[][] NEIGHBOURS = {
    {-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}
  };
  private static final int EACH = NEIGHBOURS.length;
  private static final double SIDE = 1 / 6.0;
  private static final double CORNER = 1 / 12.0;

  // In lengths of the right hand side: far below the noise.
  private static final double ACCURACY = 1e-6;
  private static final int MOST_ITERATIONS = 100_000;

  private final int width;
  private final int height;
  private final int[] removed;
  // For each removed pixel its removed neighbours by their numbers; where there is none, a number
  // after the last one.
  private final int[] unknown;
  // For each removed pixel the sum of the weights of the neighbours that there are.
  private final double[] weights;
  private final int[] number;

  /**
   * Plans.
   *
   * @param flags true where a pixel is removed, (H, W); one at least stays
   */
  NoisyLinear(int width, int height, boolean[] flags) {
    this.width = width;
    this.height = height;
    removed = IntStream.range(0, flags.length).filter(i -> flags[i]).toArray();
    if (removed.length == flags.length) {
      throw new IllegalArgumentException("of a picture without pixels nothing can be imputed");
    }
    number = new int[flags.length];
    Arrays.fill(number, removed.length);
    for (int i = 0; i < removed.length; i++) {
      number[removed[i]] = i;
    }
    unknown = new int[removed.length * EACH];
    weights = new double[removed.length];
    for (int i = 0; i < removed.length; i++) {
      for (int n = 0; n < EACH; n++) {
        int index = neighbour(removed[i], n);
        unknown[i * EACH + n] = index < 0 ? removed.length : number[index];
        weights[i] += index < 0 ? 0 : weight(n);
      }
    }
  }

  /** The place of a neighbour, or -1 beyond the border. */
  private int neighbour(int index, int n) {
    int x = index % width + NEIGHBOURS[n][0];
    int y = index / width + NEIGHBOURS[n][1];
    return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : -1;
  }

  private static double weight(int neighbour) {
    return neighbour < 4 ? SIDE : CORNER;
  }

  /**
   * The picture with the removed pixels imputed.
   *
   * @param input (C, H, W); left unchanged
   * @param noise the standard deviation of what is added
   */
  float[] imputed(float[] input, double noise, Random random) {
    float[] result = input.clone();
    for (int channel = 0; channel < input.length && removed.length > 0; channel += number.length) {
      double[] solution = solution(input, channel);
      for (int i = 0; i < removed.length; i++) {
        result[channel + removed[i]] = (float) (solution[i] + noise * random.nextGaussian());
      }
    }
    return result;
  }

  private double[] solution(float[] input, int channel) {
    double[] known = new double[removed.length];
    for (int i = 0; i < known.length; i++) {
      for (int n = 0; n < EACH; n++) {
        int index = neighbour(removed[i], n);
        if (index >= 0 && number[index] == removed.length) {
          known[i] += weight(n) * input[channel + index];
        }
      }
    }
    return new ConjugateGradient(MOST_ITERATIONS, ACCURACY, false)
        .solve(new Balance(), new ArrayRealVector(known, false))
        .toArray();
  }

  /**
   * Each removed pixel times the weights of its neighbours, less its removed neighbours: symmetric,
   * and positive definite as long as one pixel stays.
   */
  private final class Balance implements RealLinearOperator {

    // The last one stays 0 and represents all that is not removed.
    private final double[] values = new double[removed.length + 1];

    @Override
    public int getRowDimension() {
      return removed.length;
    }

    @Override
    public int getColumnDimension() {
      return removed.length;
    }

    @Override
    public RealVector operate(RealVector vector) {
      System.arraycopy(((ArrayRealVector) vector).getDataRef(), 0, values, 0, removed.length);
      double[] x = values;
      int[] of = unknown;
      double[] balance = new double[removed.length];
      for (int i = 0; i < balance.length; i++) {
        int n = i * EACH;
        double sides = x[of[n]] + x[of[n + 1]] + x[of[n + 2]] + x[of[n + 3]];
        double corners = x[of[n + 4]] + x[of[n + 5]] + x[of[n + 6]] + x[of[n + 7]];
        balance[i] = weights[i] * x[i] - SIDE * sides - CORNER * corners;
      }
      return new ArrayRealVector(balance, false);
    }
  }
}
