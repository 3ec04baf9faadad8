package dev.limelight.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.hipparchus.stat.interval.BinomialProportion;
import org.hipparchus.stat.interval.ConfidenceInterval;

/** Intervals and corrections; {@link SignedRank} is the test. */
final class Statistics {

  /**
   * The fewest values with an interval. Of five, not even the range from the smallest to the
   * largest has the median of all pictures in it in 95 of 100 cases, but in {@code 1 - 2 / 2^5 = 94
   * %}.
   */
  static final int FEWEST = 6;

  static final double LEVEL = 0.95;

  private Statistics() {}

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /**
   * The 95 % interval of the mean; NaN for fewer than {@link #FEWEST} values. Where every value is
   * 0 or 1 it is Wilson's for a share (1927), since of equal values all resamples are equal too.
   * Else it is that of the bootstrap (Efron 1979) between the expanded percentiles {@code Phi(-t
   * sqrt(n / (n - 1)))}, with t of n - 1 degrees of freedom (Hesterberg 2015): plain percentiles
   * are too narrow for few values.
   */
  static double[] interval(double[] values, long seed) {
    if (values.length < FEWEST) {
      return new double[] {Double.NaN, Double.NaN};
    }
    return Arrays.stream(values).allMatch(value -> value == 0 || value == 1)
        ? wilson(values)
        : bootstrap(values, seed);
  }

  private static double[] wilson(double[] values) {
    ConfidenceInterval interval =
        BinomialProportion.getWilsonScoreInterval(values.length, mean(values), LEVEL);
    return new double[] {interval.getLowerBound(), interval.getUpperBound()};
  }

  private static double[] bootstrap(double[] values, long seed) {
    return Bootstrap.interval(
        values.length,
        drawn -> {
          double sum = 0;
          for (int i : drawn) {
            sum += values[i];
          }
          return sum / drawn.length;
        },
        seed);
  }

  /** Holm's step-down correction (1979). */
  static double[] holm(double[] p) {
    Integer[] order = IntStream.range(0, p.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int i = 0; i < order.length; i++) {
      largest = Math.max(largest, Math.min(1, (p.length - i) * p[order[i]]));
      adjusted[order[i]] = largest;
    }
    return adjusted;
  }
}
