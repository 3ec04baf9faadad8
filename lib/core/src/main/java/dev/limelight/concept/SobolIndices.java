package dev.limelight.concept;

import java.util.Arrays;
import org.hipparchus.random.SobolSequenceGenerator;

/**
 * Total Sobol indices of a function f of k numbers that are uniform between 0 and 1: for each
 * number the share of the variance of f in which it takes part, alone or together with others. Over
 * N pairs of points a and b of a quasi-random sequence,
 *
 * <pre>{@code S_j = sum_i (f(a_i) - f(a_i with b_ij for a_ij))^2 / (2 N Var f(a))}</pre>
 *
 * <p>The variance is {@code sum_i (f(a_i) - mean)^2 / (N - 1)}.
 *
 * @param numbers k
 * @param pairs N, a power of two
 * @see <a href="https://doi.org/10.1016/S0010-4655(98)00154-4">Jansen 1999, Analysis of variance
 *     designs for model output</a>
 */
record SobolIndices(int numbers, int pairs) {

  /** As many as the sequence has dimensions for, two a number. */
  static final int MOST_NUMBERS = 500;

  /** Checks. */
  SobolIndices {
    if (numbers < 1 || numbers > MOST_NUMBERS || pairs < 2 || Integer.bitCount(pairs) != 1) {
      throw new IllegalArgumentException(
          "Sobol indices need 1 to "
              + MOST_NUMBERS
              + " numbers and a power of two of pairs from 2 on, but got "
              + numbers
              + " and "
              + pairs);
    }
  }

  /** The N (k + 1) points at which f is needed: all a, then for each number all exchanges. */
  double[][] points() {
    SobolSequenceGenerator sequence = new SobolSequenceGenerator(2 * numbers);
    double[][] points = new double[pairs * (numbers + 1)][];
    for (int i = 0; i < pairs; i++) {
      // The first points of the sequence are poor: a and b are the same.
      double[] both = i == 0 ? sequence.skipTo(pairs) : sequence.nextVector();
      double[] a = Arrays.copyOf(both, numbers);
      points[i] = a;
      for (int j = 0; j < numbers; j++) {
        double[] exchanged = a.clone();
        exchanged[j] = both[numbers + j];
        points[(j + 1) * pairs + i] = exchanged;
      }
    }
    return points;
  }

  /**
   * The indices.
   *
   * @param values f at {@link #points}
   * @return one a number; all 0 where f is constant
   */
  double[] total(double[] values) {
    double mean = Arrays.stream(values, 0, pairs).average().orElseThrow();
    double variance = 0;
    double largest = 0;
    for (int i = 0; i < pairs; i++) {
      variance += (values[i] - mean) * (values[i] - mean) / (pairs - 1);
      largest = Math.max(largest, Math.abs(values[i]));
    }
    double[] indices = new double[numbers];
    // What is left of rounding is no variance.
    if (Math.sqrt(variance) <= 1e-6 * largest) {
      return indices;
    }
    for (int j = 0; j < numbers; j++) {
      for (int i = 0; i < pairs; i++) {
        double change = values[i] - values[(j + 1) * pairs + i];
        indices[j] += change * change / (2 * pairs * variance);
      }
    }
    return indices;
  }
}
