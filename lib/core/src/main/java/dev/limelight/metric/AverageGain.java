package dev.limelight.metric;

import dev.limelight.metric.Experiment.Kind;
import org.kohsuke.MetaInfServices;

/**
 * Average gain: {@code max(0, o - p) / (1 - p)}, where p is the probability of the class for the
 * picture and o that for the preprocessed picture times its heatmap: how much of what is missing
 * the map adds, as {@link AverageDrop} measures how much of what is there it removes.
 *
 * <p>Blank maps are discarded, and pictures of whose class the network is sure.
 *
 * @see <a href="https://arxiv.org/abs/2301.07002">Zhang et al. 2024, Opti-CAM</a>
 */
@MetaInfServices(Metric.class)
public record AverageGain() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("average-gain")
        .withSummary(
            "How much of the missing probability is won when the picture is seen through its map.")
        .withPaper("Zhang et al., CVIU 2024")
        .withLink("https://arxiv.org/abs/2301.07002");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    double before = trial.probability();
    if (before == 1) {
      return Experiment.discarded("the class has the probability 1, and there is nothing to gain");
    }
    return Experiment.of(
        Kind.SCORE,
        1,
        i -> trial.times(trial.heatmap()),
        answers ->
            Measurement.of(Math.max(0, answers.get(0).probability() - before) / (1 - before)));
  }
}
