package dev.limelight.evaluation;

import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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

  /**
   * Compares what was measured of both; not corrected for other comparisons yet.
   *
   * @param cells of the contender, by picture
   * @param controlCells of the control, for the same pictures
   */
  static Comparison of(
      Contender contender,
      List<Cell> cells,
      Contender control,
      List<Cell> controlCells,
      MetricInfo metric) {
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Measurement one = cells.get(i).measurement();
      Measurement other = controlCells.get(i).measurement();
      if (one.measured() && other.measured()) {
        double difference = one.value() - other.value();
        differences.add(metric.higherIsBetter() ? difference : -difference);
      }
    }
    double[] values = differences.stream().mapToDouble(Double::doubleValue).toArray();
    double p = SignedRank.p(values);
    return new Comparison(
        contender, control, metric.name(), values.length, Statistics.mean(values), p, p);
  }

  /** The same comparisons, each corrected for all of them. */
  static List<Comparison> corrected(List<Comparison> comparisons) {
    double[] adjusted = Statistics.holm(comparisons.stream().mapToDouble(Comparison::p).toArray());
    return IntStream.range(0, adjusted.length)
        .mapToObj(i -> comparisons.get(i).withAdjusted(adjusted[i]))
        .toList();
  }

  private Comparison withAdjusted(double newAdjusted) {
    return new Comparison(contender, control, metric, count, advantage, p, newAdjusted);
  }

  /** Whether it is better, and not by chance. */
  public boolean wins() {
    return advantage > 0 && adjusted <= 0.05;
  }
}
