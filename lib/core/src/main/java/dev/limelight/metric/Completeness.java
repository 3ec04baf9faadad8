package dev.limelight.metric;

import dev.limelight.Explanation;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.metric.Experiment.Kind;
import org.kohsuke.MetaInfServices;

/**
 * Completeness: by how much the map misses the score that it promises to share out, in the map's
 * unit; 0 if it is complete.
 *
 * <ul>
 *   <li>{@code integrated-gradients}: {@code |sum - (y(x) - y(b))|}, as it notes it itself;
 *   <li>{@code cam} of a class: the mean of the map plus the bias is the logit. The bias is not
 *       known, but it is the same for every picture, so the picture of 0 is explained too, and the
 *       two differences {@code logit - mean} are compared.
 * </ul>
 *
 * <p>Maps of all other methods, which promise nothing of the kind, are discarded, and those of
 * several layers or smoothed.
 *
 * @see <a href="https://arxiv.org/abs/1703.01365">Sundararajan et al. 2017, Axiomatic
 *     Attribution</a>
 */
@MetaInfServices(Metric.class)
public record Completeness() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.lowerIsBetter("completeness").withPaper("Sundararajan et al., ICML 2017");
  }

  @Override
  public Experiment of(Trial trial) {
    Explanation explanation = trial.explanation();
    // A method writes its arguments in parentheses behind its name.
    String method = explanation.provenance().method().replaceFirst(" \\(.*", "");
    Double gap = explanation.notes().get(IntegratedGradients.GAP);
    if (gap != null && !method.endsWith("-smooth")) {
      return Experiment.known(Math.abs(gap));
    }
    if (!method.equals("cam") || !explanation.map().unit().equals("logit")) {
      return Experiment.discarded(method + " promises no sum");
    }
    if (!isClass(explanation.provenance().target())) {
      return Experiment.discarded(
          "the score of "
              + explanation.provenance().target()
              + " is no logit of one class, with which the map could be compared");
    }
    double bias = bias(explanation);
    return Experiment.of(
        Kind.EXPLAIN,
        1,
        i -> new float[trial.input().length],
        answers -> Measurement.of(Math.abs(bias - bias(answers.get(0).explanation()))));
  }

  /** Whether a target is written as one class; labels with parentheses are in double quotes. */
  private static boolean isClass(String target) {
    return target.startsWith("\"") || target.startsWith("each(") || !target.contains("(");
  }

  private static double bias(Explanation explanation) {
    return logit(explanation) - explanation.map().mean();
  }

  /** The class's logit; of one sigmoid unit, its negative where that speaks for the class. */
  private static double logit(Explanation explanation) {
    float[] logits = explanation.logits();
    if (logits.length > 1) {
      return logits[explanation.target()];
    }
    boolean positive = explanation.probability() > 0.5 == logits[0] > 0;
    return positive ? logits[0] : -logits[0];
  }
}
