package dev.limelight.evaluation;

import dev.limelight.evaluation.Evaluation.Contender;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A contender against a control on the same pictures.
 *
 * @param contender the method at its layer
 * @param control one that looks at no class
 * @param metric by its name
 * @param count on how many pictures both were measured
 * @param advantage the mean difference, positive where the contender is better
 * @param p how probable a difference as large is by chance (Wilcoxon's signed-rank test, two-sided)
 * @param adjusted the same after Holm's correction for all comparisons by this metric
 */
@API(status = Status.INTERNAL)
public record Comparison(
    Contender contender,
    Contender control,
    String metric,
    int count,
    double advantage,
    double p,
    double adjusted) {

  /** The same with a corrected p. */
  Comparison withAdjusted(double newAdjusted) {
    return new Comparison(contender, control, metric, count, advantage, p, newAdjusted);
  }

  /** Whether it is better, and not by chance. */
  public boolean wins() {
    return advantage > 0 && adjusted <= 0.05;
  }
}
