package dev.limelight.metric;

import dev.limelight.Explanation;
import dev.limelight.metric.Experiment.Kind;
import org.kohsuke.MetaInfServices;

/**
 * Coherency: Pearson's correlation of the heatmap and of the heatmap of the preprocessed picture
 * times the first, mapped to [0, 1] by {@code (r + 1) / 2}. Near 1 if what the map takes away
 * changes nothing of where the method looks; 0.5 if the second heatmap is constant.
 *
 * <p>Blank maps are discarded.
 *
 * @see <a href="https://arxiv.org/abs/2104.10252">Poppi et al. 2021, Revisiting the Evaluation of
 *     Class Activation Mapping for Explainability</a>
 */
@MetaInfServices(Metric.class)
public record Coherency() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("coherency")
        .withSummary(
            "How much the map of the picture seen through its map is like the map (correlation).")
        .withPaper("Poppi et al., CVPR Workshops 2021")
        .withLink("https://arxiv.org/abs/2104.10252");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    return Experiment.of(
        Kind.EXPLAIN,
        1,
        i -> trial.times(trial.heatmap()),
        answers -> Measurement.of(of(trial.explanation(), answers.get(0).explanation())));
  }

  /** How much two maps of the same class agree, from 0 to 1. */
  static double of(Explanation whole, Explanation masked) {
    double correlation = Similarity.pearson(whole.heatmap(), masked.heatmap());
    // Rounding may take it beyond 1.
    return (Math.max(-1, Math.min(1, correlation)) + 1) / 2;
  }
}
