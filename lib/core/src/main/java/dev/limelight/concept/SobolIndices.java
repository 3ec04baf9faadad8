package dev.limelight.concept;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.hipparchus.random.SobolSequenceGenerator;

/**
 * Total Sobol indices of a function f of k numbers that are uniform between 0 and 1: for each
 * number the share of the variance of f in which it takes part, alone or together with others. Over
 * N pairs of points a and b,
 *
 * <pre>{@code S_j = sum_i (f(a_i) - f(a_i with b_ij for a_ij))^2 / (2 N Var f(a))}</pre>
 *
 * <p>The variance is {@code sum_i (f(a_i) - mean)^2 / (N - 1)}.
 *
 * <p>Two of many dimensions of a Sobol sequence can be correlated over few points, which scales an
 * index by any factor. So a is such a sequence whose dimensions are made uncorrelated, one after
 * the other, by the ranks of what the earlier ones do not explain (ranked Gram-Schmidt), and the
 * values of a number in a and b are together points of a Sobol sequence in the plane.
 *
 * @param numbers k
 * @param pairs N, a power of two, at least 2 k
 * @see <a href="https://doi.org/10.1016/S0010-4655(98)00154-4">Jansen 1999, Analysis of variance
 *     designs for model output</a>
 * @see <a href="https://doi.org/10.1080/01621459.1994.10476891">Owen 1994, Controlling correlations
 *     in Latin hypercube samples</a>
 */
record SobolIndices(int numbers, int pairs) {

  /** The number of points grows with the number of numbers, and so does each point. */
  static final int MOST_NUMBERS = 500;

  /** Checks. */
  SobolIndices {
    if (numbers < 1
        || numbers > MOST_NUMBERS
        || pairs < 2 * numbers
        || Integer.bitCount(pairs) != 1) {
      throw new IllegalArgumentException(
          "Sobol indices need 1 to "
              + MOST_NUMBERS
              + " numbers and a power of two of pairs, at least two a number, but got "
              + numbers
              + " and "
              + pairs);
    }
  }

  /** For k numbers, with more pairs than wanted where these are fewer than two a number. */
  static SobolIndices of(int numbers, int wanted) {
    int fewest = Integer.highestOneBit(Math.max(1, 2 * numbers - 1)) * 2;
    return new SobolIndices(numbers, Math.max(wanted, fewest));
  }

  /** The N (k + 1) points at which f is needed: all a, then for each number all exchanges. */
  double[][] points() {
    double[][] plane = sequence(2);
    Arrays.sort(plane, Comparator.comparingDouble(point -> point[0]));
    double middle = Arrays.stream(plane).mapToDouble(point -> point[0]).average().orElseThrow();
    double[][] sequence = sequence(numbers);
    double[][] columns = new double[numbers][pairs];
    double[][] points = new double[pairs * (numbers + 1)][numbers];
    double[][] others = new double[pairs][numbers];
    for (int j = 0; j < numbers; j++) {
      double[] column = columns[j];
      for (int i = 0; i < pairs; i++) {
        column[i] = sequence[i][j] - middle;
      }
      for (int before = 0; before < j; before++) {
        double[] other = columns[before];
        Products.addScaled(
            column, other, -Products.dot(other, column) / Products.dot(other, other));
      }
      int[] order =
          IntStream.range(0, pairs)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> column[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int rank = 0; rank < pairs; rank++) {
        int i = order[rank];
        points[i][j] = plane[rank][0];
        others[i][j] = plane[rank][1];
        column[i] = plane[rank][0] - middle;
      }
    }
    for (int j = 0; j < numbers; j++) {
      for (int i = 0; i < pairs; i++) {
        double[] exchanged = points[i].clone();
        exchanged[j] = others[i][j];
        points[(j + 1) * pairs + i] = exchanged;
      }
    }
    return points;
  }

  private double[][] sequence(int dimensions) {
    SobolSequenceGenerator sequence = new SobolSequenceGenerator(dimensions);
    double[][] points = new double[pairs][];
    for (int i = 0; i < pairs; i++) {
      // The first points of the sequence are poor: all dimensions are the same.
      points[i] = i == 0 ? sequence.skipTo(pairs) : sequence.nextVector();
    }
    return points;
  }

  /**
   * The exact indices of a sum of k terms, each a weight times its number: the squares of the
   * weights as shares of their sum.
   *
   * @return one a number; all 0 where all weights are
   */
  static double[] ofSum(double[] weights) {
    double sum = Arrays.stream(weights).map(w -> w * w).sum();
    return Arrays.stream(weights).map(w -> sum == 0 ? 0 : w * w / sum).toArray();
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
