package dev.limelight.metric;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import java.util.Objects;
import org.kohsuke.MetaInfServices;

/**
 * Model randomisation: the similarity of the map and the map of the same picture by a network whose
 * weights are shuffled. Near 1 the method shows the picture and not what the network learned.
 *
 * <p>A raw map that is the same everywhere is discarded, and with SSIM a blank one.
 *
 * @param measure of likeness
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo et al. 2018, Sanity Checks for Saliency
 *     Maps</a>
 */
@MetaInfServices(Metric.class)
public record ModelRandomisation(Measure measure) implements Metric {

  /** How maps are compared. */
  public enum Measure {
    /** Spearman's correlation of the raw maps, signed as they are; from -1 to 1. */
    SPEARMAN,
    /** {@link Similarity#ssim} of the heatmaps. */
    SSIM
  }

  /** By Spearman's correlation, for which no scale of values matters. */
  public ModelRandomisation() {
    this(Measure.SPEARMAN);
  }

  /** Checks. */
  public ModelRandomisation {
    Objects.requireNonNull(measure, "measure");
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.lowerIsBetter("model-randomisation")
        .withSummary("How much the map is still like itself when the last weights are shuffled.")
        .withPaper("Adebayo et al., NeurIPS 2018")
        .withLink("https://arxiv.org/abs/1810.03292");
  }

  @Override
  public Experiment of(Trial trial) {
    Heatmap map = trial.explanation().map();
    if (map.max() == map.min()) {
      return Experiment.discarded("the map is the same everywhere, " + map.format(map.max()));
    }
    if (measure == Measure.SSIM && trial.isBlank()) {
      return Experiment.blank(trial);
    }
    return Experiment.of(
        Experiment.Kind.EXPLAIN_RANDOMISED,
        1,
        i -> trial.input().clone(),
        answers -> Measurement.of(of(trial.explanation(), answers.get(0).explanation())));
  }

  private double of(Explanation one, Explanation other) {
    return measure == Measure.SSIM
        ? Similarity.ssim(one.heatmap(), other.heatmap())
        : Similarity.spearman(one.map(), other.map());
  }
}
