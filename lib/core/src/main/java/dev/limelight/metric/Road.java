package dev.limelight.metric;

import dev.limelight.metric.Experiment.Answer;
import dev.limelight.metric.Experiment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.kohsuke.MetaInfServices;

/**
 * Remove and debias: half of the probability of the class with the least relevant pixels removed
 * less that with the most relevant ones removed, {@code (LeRF - MoRF) / 2}, as a mean over the
 * shares removed; from -0.5 to 0.5. Removed pixels are imputed from their neighbours by a linear
 * system, each as the mean of its eight neighbours (weights 1/6 at its sides, 1/12 at its corners),
 * and get noise, so that the shape of the removed part gives the network little information. The
 * curve has one value for each share removed.
 *
 * <p>The paper has the accuracy over many pictures at each share; for one picture it is the
 * probability, and both orders are put together as in grad-cam.
 *
 * <p>Blank maps are discarded. A seeded shuffle orders equal locations.
 *
 * @param percentages of the pixels that are removed, each above 0 and below 100
 * @param noise the standard deviation of the noise, in units of the preprocessed picture
 * @see <a href="https://arxiv.org/abs/2202.00449">Rong et al. 2022, A Consistent and Efficient
 *     Evaluation Strategy for Attribution Methods</a>
 */
@MetaInfServices(Metric.class)
public record Road(List<Integer> percentages, double noise) implements Metric {

  private static final int NOISE = 2;

  /** At 20, 40, 60 and 80 percent with a noise of 0.01. */
  public Road() {
    this(List.of(20, 40, 60, 80), 0.01);
  }

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if a share or the noise is out of range
   */
  public Road {
    percentages = List.copyOf(percentages);
    if (percentages.isEmpty() || percentages.stream().anyMatch(p -> p < 1 || p > 99)) {
      throw new IllegalArgumentException(
          "road removes from 1 to 99 percent of the pixels, but got " + percentages);
    }
    if (!(noise >= 0 && Double.isFinite(noise))) {
      throw new IllegalArgumentException(
          "a noise has a deviation of 0 or more, but got " + noise + "; 0.01 is the paper's");
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("road")
        .withSummary(
            "How much more the score falls without the strongest pixels than without the weakest, with removed pixels interpolated.")
        .withPaper("Rong et al., ICML 2022")
        .withLink("https://arxiv.org/abs/2202.00449");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    PixelRanking order = PixelRanking.of(trial);
    long[] seeds = trial.random(NOISE).longs(2L * percentages.size()).toArray();
    return Experiment.of(
        Kind.SCORE,
        seeds.length,
        i -> {
          int limit = trial.width() * trial.height() - 1;
          int count = Math.min(limit, order.count(percentages.get(i / 2), 100));
          boolean[] removed = i % 2 == 0 ? order.least(count) : order.most(count);
          return new NoisyLinear(trial.width(), trial.height(), removed)
              .imputed(trial.input(), noise, new Random(seeds[i]));
        },
        Road::measured);
  }

  private static Measurement measured(List<Answer> answers) {
    List<Double> halves = new ArrayList<>();
    for (int i = 0; i < answers.size(); i += 2) {
      halves.add((answers.get(i).probability() - answers.get(i + 1).probability()) / 2);
    }
    double sum = 0;
    for (double half : halves) {
      sum += half;
    }
    return Measurement.of(sum / halves.size(), halves);
  }
}
