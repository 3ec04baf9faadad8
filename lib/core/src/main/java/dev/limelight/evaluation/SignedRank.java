package dev.limelight.evaluation;

import java.util.Arrays;
import org.hipparchus.special.Erf;
import org.hipparchus.util.ArithmeticUtils;
import org.hipparchus.util.FastMath;

/**
 * Wilcoxon's signed-rank test of paired differences, two-sided. Differences of 0 are left out, as
 * in the paper, and equal sizes share the mean of their ranks. Of up to {@link #EXACT} differences
 * the distribution is the exact one of these ranks; of more it is the normal one with the variance
 * of these ranks, which accounts for ties, and a continuity correction.
 *
 * @see <a href="https://doi.org/10.2307/3001968">Wilcoxon 1945, Individual Comparisons by Ranking
 *     Methods</a>
 */
final class SignedRank {

  /** The exact distribution of so many takes less than a tenth of a second. */
  static final int EXACT = 500;

  /** Twice the rank of each size, divided by what all have in common: whole even with ties. */
  private final int[] ranks;

  private final int positive;
  private final int total;

  private SignedRank(int[] ranks, int positive) {
    this.ranks = ranks;
    this.positive = positive;
    this.total = Arrays.stream(ranks).sum();
  }

  /** The probability of a difference as large by chance; 1 where all are zero. */
  static double p(double[] differences) {
    double[] left =
        Arrays.stream(differences)
            .filter(d -> d != 0)
            .boxed()
            .sorted((one, other) -> Double.compare(Math.abs(one), Math.abs(other)))
            .mapToDouble(d -> d)
            .toArray();
    if (left.length == 0) {
      return 1;
    }
    SignedRank test = of(left);
    return Math.min(1, left.length <= EXACT ? test.exact() : test.normal());
  }

  /** Ranks differences that are sorted by their size. */
  private static SignedRank of(double[] sorted) {
    int[] ranks = new int[sorted.length];
    int common = 0;
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      while (to < sorted.length && Math.abs(sorted[to]) == Math.abs(sorted[from])) {
        to++;
      }
      Arrays.fill(ranks, from, to, from + 1 + to);
      common = ArithmeticUtils.gcd(common, from + 1 + to);
      from = to;
    }
    int positive = 0;
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] /= common;
      positive += sorted[i] > 0 ? ranks[i] : 0;
    }
    return new SignedRank(ranks, positive);
  }

  private int larger() {
    return Math.max(positive, total - positive);
  }

  /** Adds one difference after another: with either sign it is as probable. */
  private double exact() {
    double[] probabilities = new double[total + 1];
    probabilities[0] = 1;
    int reached = 0;
    for (int rank : ranks) {
      reached += rank;
      for (int sum = reached; sum >= 0; sum--) {
        double with = sum >= rank ? probabilities[sum - rank] : 0;
        probabilities[sum] = (probabilities[sum] + with) / 2;
      }
    }
    return 2 * Arrays.stream(probabilities, larger(), total + 1).sum();
  }

  private double normal() {
    double squares = 0;
    for (int rank : ranks) {
      squares += (double) rank * rank;
    }
    double distance = Math.max(0, larger() - total / 2.0 - 0.5);
    return Erf.erfc(distance / FastMath.sqrt(squares / 4) / FastMath.sqrt(2));
  }
}
