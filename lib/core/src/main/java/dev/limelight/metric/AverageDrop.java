package dev.limelight.metric;

import dev.limelight.metric.Experiment.Kind;
import org.kohsuke.MetaInfServices;

/**
 * Average drop: {@code max(0, p - o) / p}, where p is the probability of the class for the picture
 * and o that for the preprocessed picture times its heatmap. From 0 to 1; 0 if what the map shows
 * is all that the network needs. Easily pleased by a map that shows everything.
 *
 * <p>Blank maps are discarded.
 *
 * @see <a href="https://arxiv.org/abs/1710.11063">Chattopadhay et al. 2018, Grad-CAM++</a>
 */
@MetaInfServices(Metric.class)
public record AverageDrop() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.lowerIsBetter("average-drop")
        .withSummary(
            "How much of the probability is lost when the picture is seen through its map.")
        .withPaper("Chattopadhay et al., WACV 2018")
        .withLink("https://arxiv.org/abs/1710.11063");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    double before = trial.probability();
    if (before == 0) {
      return Experiment.discarded("the class has the probability 0, which cannot drop");
    }
    return Experiment.of(
        Kind.SCORE,
        1,
        i -> trial.times(trial.heatmap()),
        answers -> Measurement.of(of(before, answers.get(0).probability())));
  }

  /**
   * Which share of a probability is lost.
   *
   * @param before p, above 0
   * @param after o
   */
  static double of(double before, double after) {
    return Math.max(0, before - after) / before;
  }
}
