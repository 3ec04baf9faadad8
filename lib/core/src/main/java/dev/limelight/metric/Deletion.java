package dev.limelight.metric;

import dev.limelight.metric.Experiment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kohsuke.MetaInfServices;

/**
 * Deletion: the area under the probability of the class while pixels are taken away, the most
 * relevant first, until none is left; from 0 to 1. It falls soon where the map knows what the
 * network needs. The curve goes from the whole picture to none of it.
 *
 * <p>Blank maps are discarded. A seeded shuffle orders equal locations.
 *
 * @param steps into how many equal parts the pixels are cut; in the paper 224 for 224 x 224 pixels
 * @param imputer the values of removed pixels
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk et al. 2018, RISE</a>
 */
@MetaInfServices(Metric.class)
public record Deletion(int steps, Imputer imputer) implements Metric {

  /** In 32 steps, to 0 of the preprocessed picture. */
  public Deletion() {
    this(32, Imputer.ZERO);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no step
   */
  public Deletion {
    checkSteps(steps);
    Objects.requireNonNull(imputer, "imputer");
  }

  static void checkSteps(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "insertion and deletion take at least one step, but got " + steps + "; 32 is usual");
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.lowerIsBetter("deletion")
        .withSummary(
            "How fast the probability falls while the strongest pixels are removed first (area under the curve).")
        .withPaper("Petsiuk et al., BMVC 2018")
        .withLink("https://arxiv.org/abs/1806.07421");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    PixelRanking order = PixelRanking.of(trial);
    float[] imputed = imputer.of(trial.input(), trial.width(), trial.height());
    return Experiment.of(
        Kind.SCORE,
        steps,
        i -> order.replaced(trial.input(), imputed, order.count(i + 1, steps)),
        answers -> {
          List<Double> curve = new ArrayList<>(List.of(trial.probability()));
          curve.addAll(Experiment.probabilities(answers));
          return Measurement.area(curve);
        });
  }
}
