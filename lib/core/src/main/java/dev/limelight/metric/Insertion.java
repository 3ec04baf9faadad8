package dev.limelight.metric;

import dev.limelight.metric.Experiment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kohsuke.MetaInfServices;

/**
 * Insertion: the area under the probability of the class while pixels are revealed, the most
 * relevant first, until the picture is whole; from 0 to 1. It rises soon where the map knows what
 * the network needs. The curve goes from nothing revealed to the whole picture.
 *
 * <p>Blank maps are discarded. A seeded shuffle orders equal locations.
 *
 * @param steps into how many equal parts the pixels are cut; in the paper 224 for 224 x 224 pixels
 * @param imputer the values of pixels that are not yet revealed
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk et al. 2018, RISE</a>
 */
@MetaInfServices(Metric.class)
public record Insertion(int steps, Imputer imputer) implements Metric {

  /** In 32 steps, from a blurred picture, in which pixels that come back make no edges. */
  public Insertion() {
    this(32, Imputer.BLUR);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no step
   */
  public Insertion {
    Deletion.checkSteps(steps);
    Objects.requireNonNull(imputer, "imputer");
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("insertion")
        .withSummary(
            "How fast the probability rises while the strongest pixels are added first to a blurred picture (area under the curve).")
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
        i -> order.replaced(imputed, trial.input(), order.count(i, steps)),
        answers -> {
          List<Double> curve = new ArrayList<>(Experiment.probabilities(answers));
          curve.add(trial.probability());
          return Measurement.area(curve);
        });
  }
}
