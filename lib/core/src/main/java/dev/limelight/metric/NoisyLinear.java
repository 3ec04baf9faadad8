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
  private static final double SIDE = 1 / 6.0;
  private static final double CORNER = 1 / 12.0;

  // In lengths of the right hand side: far below the noise.
  private static final double ACCURACY = 1e-6;
  private static final int MOST_ITERATIONS = 100_000;

  private final int[] removed;
  private final int[] number;
  private final int[] neighbours;

  /**
   * Plans.
   *
   * @param flags true where a pixel is removed, (H, W); one at least stays
   */
  NoisyLinear(int width, int height, boolean[] flags) {
    removed = IntStream.range(0, flags.length).filter(i -> flags[i]).toArray();
    if (removed.length == flags.length) {
      throw new IllegalArgumentException("of a picture without pixels nothing can be imputed");
    }
    number = new int[flags.length];
    Arrays.fill(number, -1);
    neighbours = new int[removed.length * NEIGHBOURS.length];
    for (int i = 0; i < removed.length; i++) {
      number[removed[i]] = i;
      for (int n = 0; n < NEIGHBOURS.length; n++) {
        int x = removed[i] % width + NEIGHBOURS[n][0];
        int y = removed[i] / width + NEIGHBOURS[n][1];
        boolean there = x >= 0 && y >= 0 && x < width && y < height;
        neighbours[i * NEIGHBOURS.length + n] = there ? y * width + x : -1;
      }
    }
  }

  /**
   * The picture with the removed pixels imputed.
   *
   * @param input (C, H, W); left as it is
   * @param noise the standard deviation of what is added
   */
  float[] imputed(float[] input, double noise, Random random) {
    float[] result = input.clone();
    for (int channel = 0; channel < input.length; channel += number.length) {
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
      for (int n = 0; n < NEIGHBOURS.length; n++) {
        int place = neighbours[i * NEIGHBOURS.length + n];
        if (place >= 0 && number[place] < 0) {
          known[i] += weight(n) * input[channel + place];
        }
      }
    }
    return known.length == 0
        ? known
        : new ConjugateGradient(MOST_ITERATIONS, ACCURACY, false)
            .solve(new Weights(), new ArrayRealVector(known, false))
            .toArray();
  }

  private static double weight(int neighbour) {
    return neighbour < 4 ? SIDE : CORNER;
  }

  /** Each removed pixel times its neighbours' weights, less its removed neighbours. */
  private final class Weights implements RealLinearOperator {

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
      double[] x = vector.toArray();
      double[] y = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        for (int n = 0; n < NEIGHBOURS.length; n++) {
          int place = neighbours[i * NEIGHBOURS.length + n];
          if (place >= 0) {
            int other = number[place];
            y[i] += weight(n) * (other < 0 ? x[i] : x[i] - x[other]);
          }
        }
      }
      return new ArrayRealVector(y, false);
    }
  }
}
