package dev.limelight.metric;

import dev.limelight.metric.Experiment.Answer;
import dev.limelight.metric.Experiment.Kind;
import org.kohsuke.MetaInfServices;

/**
 * ADCC: the harmonic mean of {@link Coherency}, {@code 1 -} {@link Complexity} and {@code 1 -}
 * {@link AverageDrop}; from 0 to 1. Each alone is easily pleased by a map that is useless; all
 * three together are not. 0 if one of them is.
 *
 * <p>Blank maps are discarded.
 *
 * @see <a href="https://arxiv.org/abs/2104.10252">Poppi et al. 2021, Revisiting the Evaluation of
 *     Class Activation Mapping for Explainability</a>
 */
@MetaInfServices(Metric.class)
public record Adcc() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("adcc")
        .withSummary("Average drop, coherency and complexity in one number (harmonic mean).")
        .withPaper("Poppi et al., CVPR Workshops 2021")
        .withLink("https://arxiv.org/abs/2104.10252");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.isBlank()) {
      return Experiment.blank(trial);
    }
    if (trial.probability() == 0) {
      return Experiment.discarded("the class has the probability 0, which cannot drop");
    }
    return Experiment.of(
        Kind.EXPLAIN,
        1,
        i -> trial.times(trial.heatmap()),
        answers -> Measurement.of(of(trial, answers.get(0))));
  }

  private static double of(Trial trial, Answer masked) {
    double coherency = Coherency.of(trial.explanation(), masked.explanation());
    double simplicity = 1 - trial.heatmap().mean();
    double retained = 1 - AverageDrop.of(trial.probability(), masked.probability());
    double parts = 1 / coherency + 1 / simplicity + 1 / retained;
    return 3 / parts;
  }
}
