package dev.limelight.benchmark;

import dev.limelight.evaluation.Bootstrap;
import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.localisation.MaxBoxAccV2;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A metric of a method over all scenes.
 *
 * @param method its name
 * @param metric its name
 * @param higherIsBetter whether larger values are better
 * @param scenes how many were measured
 * @param discarded how many could not be
 * @param value the mean, or MaxBoxAccV2 of all scenes together; NaN if none was measured
 * @param low the lower end of its 95 % interval by the bootstrap over scenes; NaN below six scenes
 * @param high its upper end
 * @param difference the value less that of the reference, over the scenes that both were measured
 *     on; NaN for the reference itself
 * @param differenceLow the lower end of its 95 % interval by the paired bootstrap
 * @param differenceHigh its upper end
 */
@API(status = Status.INTERNAL)
public record Score(
    String method,
    String metric,
    boolean higherIsBetter,
    int scenes,
    int discarded,
    double value,
    double low,
    double high,
    double difference,
    double differenceLow,
    double differenceHigh) {

  private static final String BOXES = new MaxBoxAccV2().info().name();

  /** A number of some scenes. */
  private interface Values {
    double of(int[] scenes);
  }

  static Score of(
      Evaluation evaluation, Contender contender, Contender reference, MetricInfo metric) {
    List<Cell> cells = evaluation.of(contender, metric.name());
    List<Cell> measured = cells.stream().filter(cell -> cell.measurement().measured()).toList();
    double[] interval = {Double.NaN, Double.NaN};
    double value = Double.NaN;
    if (metric.name().equals(BOXES) && !measured.isEmpty()) {
      Values values = values(measured, metric.name());
      value = values.of(all(measured.size()));
      interval = interval(measured.size(), values::of, evaluation.seed());
    } else if (!measured.isEmpty()) {
      MetricSummary summary = evaluation.summary(contender, metric.name());
      value = summary.mean();
      interval = new double[] {summary.low(), summary.high()};
    }
    double[] paired = paired(cells, evaluation.of(reference, metric.name()), evaluation.seed());
    boolean same = contender.equals(reference);
    return new Score(
        contender.method(),
        metric.name(),
        metric.higherIsBetter(),
        measured.size(),
        cells.size() - measured.size(),
        value,
        interval[0],
        interval[1],
        same ? Double.NaN : paired[0],
        same ? Double.NaN : paired[1],
        same ? Double.NaN : paired[2]);
  }

  /** The difference with its interval, by the scenes that both have. */
  private static double[] paired(List<Cell> cells, List<Cell> others, long seed) {
    List<Cell> one = new ArrayList<>();
    List<Cell> other = new ArrayList<>();
    for (int i = 0; i < Math.min(cells.size(), others.size()); i++) {
      if (cells.get(i).measurement().measured() && others.get(i).measurement().measured()) {
        one.add(cells.get(i));
        other.add(others.get(i));
      }
    }
    if (one.isEmpty()) {
      return new double[] {Double.NaN, Double.NaN, Double.NaN};
    }
    Values first = values(one, one.get(0).metric());
    Values second = values(other, one.get(0).metric());
    int[] all = all(one.size());
    double[] interval = interval(one.size(), drawn -> first.of(drawn) - second.of(drawn), seed);
    return new double[] {first.of(all) - second.of(all), interval[0], interval[1]};
  }

  private static double[] interval(int count, ToDoubleFunction<int[]> number, long seed) {
    return Bootstrap.interval(count, number, seed);
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static Values values(List<Cell> cells, String metric) {
    if (metric.equals(BOXES)) {
      double[][] curves =
          cells.stream()
              .map(
                  cell ->
                      cell.measurement().curve().stream()
                          .mapToDouble(Double::doubleValue)
                          .toArray())
              .toArray(double[][]::new);
      return scenes -> MaxBoxAccV2.of(curves, scenes);
    }
    double[] values = cells.stream().mapToDouble(cell -> cell.measurement().value()).toArray();
    return scenes -> {
      double sum = 0;
      for (int i : scenes) {
        sum += values[i];
      }
      return sum / scenes.length;
    };
  }

  /** Whether the interval of the difference is wholly on the better side. */
  public boolean isBetter() {
    return higherIsBetter ? differenceLow > 0 : differenceHigh < 0;
  }

  /** Whether the interval of the difference is wholly on the worse side. */
  public boolean isWorse() {
    return higherIsBetter ? differenceHigh < 0 : differenceLow > 0;
  }
}
