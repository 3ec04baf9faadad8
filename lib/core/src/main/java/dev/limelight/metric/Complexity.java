package dev.limelight.metric;

import org.kohsuke.MetaInfServices;

/**
 * Complexity: the mean of the heatmap, which is in [0, 1]; small if few pixels explain the class.
 *
 * <p>Blank maps are discarded: they would be the best of all.
 *
 * @see <a href="https://arxiv.org/abs/2104.10252">Poppi et al. 2021, Revisiting the Evaluation of
 *     Class Activation Mapping for Explainability</a>
 */
@MetaInfServices(Metric.class)
public record Complexity() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.lowerIsBetter("complexity")
        .withSummary("How much of the picture the map covers (mean of the scaled map).")
        .withPaper("Poppi et al., CVPR Workshops 2021")
        .withLink("https://arxiv.org/abs/2104.10252");
  }

  @Override
  public Experiment of(Trial trial) {
    return trial.isBlank() ? Experiment.blank(trial) : Experiment.known(trial.heatmap().mean());
  }
}
