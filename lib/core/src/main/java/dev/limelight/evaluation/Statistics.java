package dev.limelight.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.stat.inference.WilcoxonSignedRankTest;

/** Intervals and tests. */
final class Statistics {

  private static final int RESAMPLES = 2000;

  /** Below this the test's normal approximation is poor, and its exact form cheap. */
  private static final int EXACT = 12;

  private Statistics() {}

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The 95 % interval of the mean by the percentile bootstrap (Efron 1979). */
  static double[] interval(double[] values, long seed) {
    if (values.length == 0) {
      return new double[] {Double.NaN, Double.NaN};
    }
    Random random = new Random(seed);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < values.length; j++) {
        sum += values[random.nextInt(values.length)];
      }
      means[i] = sum / values.length;
    }
    Arrays.sort(means);
    return new double[] {means[(int) (0.025 * RESAMPLES)], means[(int) (0.975 * RESAMPLES) - 1]};
  }

  /** Wilcoxon's signed-rank test of paired differences, two-sided; 1 where all are zero. */
  static double signedRank(double[] differences) {
    double[] left = Arrays.stream(differences).filter(d -> d != 0).toArray();
    if (left.length == 0) {
      return 1;
    }
    return new WilcoxonSignedRankTest()
        .wilcoxonSignedRankTest(left, new double[left.length], left.length <= EXACT);
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
