package dev.limelight.metric;

import dev.limelight.Explanation;
import dev.limelight.cam.Cam;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.method.Method;
import dev.limelight.metric.Experiment.Kind;
import dev.limelight.smooth.FlipsAndScales;
import org.kohsuke.MetaInfServices;

/**
 * Completeness: by how much the map misses the score that it promises to share out, in the map's
 * unit; 0 if it is complete.
 *
 * <ul>
 *   <li>{@code integrated-gradients}: {@code |sum - (y(x) - y(b))|}, as it notes it itself;
 *   <li>{@code full-grad}: what its shares, of which the map is made, miss of the score;
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
    return MetricInfo.lowerIsBetter("completeness")
        .withSummary(
            "How far the sum of the map is from the change of the score that it should explain.")
        .withPaper("Sundararajan et al., ICML 2017")
        .withLink("https://arxiv.org/abs/1703.01365");
  }

  @Override
  public Experiment of(Trial trial) {
    Explanation explanation = trial.explanation();
    Method method = explanation.provenance().method();
    Double gap = explanation.notes().get(IntegratedGradients.GAP);
    if (gap != null && !(method instanceof FlipsAndScales)) {
      return Experiment.known(Math.abs(gap));
    }
    if (!(method instanceof Cam) || !explanation.map().unit().equals("logit")) {
      return Experiment.discarded(method.info().name() + " promises no sum");
    }
    if (!explanation.provenance().target().oneClass()) {
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

  private static double bias(Explanation explanation) {
    return logit(explanation) - explanation.map().mean();
  }

  /** The class's logit; of one sigmoid unit, its negative where that is evidence for the class. */
  private static double logit(Explanation explanation) {
    float[] logits = explanation.logits();
    if (logits.length > 1) {
      return logits[explanation.target()];
    }
    boolean positive = explanation.probability() > 0.5 == logits[0] > 0;
    return positive ? logits[0] : -logits[0];
  }
}
