package dev.limelight.metric;

import dev.limelight.metric.Experiment.Kind;
import org.kohsuke.MetaInfServices;

/**
 * Average increase, or increase in confidence: 1 if the network is surer of the class when it sees
 * the preprocessed picture times its heatmap than when it sees the picture, else 0.
 *
 * <p>Blank maps are discarded.
 *
 * @see <a href="https://arxiv.org/abs/1710.11063">Chattopadhay et al. 2018, Grad-CAM++</a>
 */
@MetaInfServices(Metric.class)
public record AverageIncrease() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("average-increase")
        .withSummary("How often the probability rises when the picture is seen through its map.")
        .withPaper("Chattopadhay et al., WACV 2018")
        .withLink("https://arxiv.org/abs/1710.11063");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    double before = trial.probability();
    return Experiment.of(
        Kind.SCORE,
        1,
        i -> trial.times(trial.heatmap()),
        answers -> Measurement.of(answers.get(0).probability() > before ? 1 : 0));
  }
}
