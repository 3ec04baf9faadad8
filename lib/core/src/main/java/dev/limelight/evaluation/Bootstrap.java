package dev.limelight.evaluation;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The bootstrap over pictures (Efron 1979): what a number would be for other pictures like these.
 * It is paired where the number is a difference of two methods on the same pictures.
 */
@API(status = Status.INTERNAL)
public final class Bootstrap {

  private static final int RESAMPLES = 2000;

  private Bootstrap() {}

  /**
   * The 95 % interval of a number, between the expanded percentiles {@code Phi(-t sqrt(n / (n -
   * 1)))}, with t of n - 1 degrees of freedom (Hesterberg 2015); NaN for fewer than six pictures.
   *
   * @param count n, the number of pictures
   * @param number of n pictures, by their indices, which may be drawn several times; the array is
   *     used again
   */
  public static double[] interval(int count, ToDoubleFunction<int[]> number, long seed) {
    if (count < Statistics.FEWEST) {
      return new double[] {Double.NaN, Double.NaN};
    }
    Random random = new Random(seed);
    double[] numbers = new double[RESAMPLES];
    int[] drawn = new int[count];
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < count; j++) {
        drawn[j] = random.nextInt(count);
      }
      numbers[i] = number.applyAsDouble(drawn);
    }
    Arrays.sort(numbers);
    double t =
        new TDistribution(count - 1).inverseCumulativeProbability((1 - Statistics.LEVEL) / 2);
    double tail =
        new NormalDistribution().cumulativeProbability(t * Math.sqrt(count / (count - 1.0)));
    int outside = (int) (tail * RESAMPLES);
    return new double[] {numbers[outside], numbers[RESAMPLES - 1 - outside]};
  }
}
