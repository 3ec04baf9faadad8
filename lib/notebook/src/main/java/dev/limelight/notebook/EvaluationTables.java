package dev.limelight.notebook;

import dev.limelight.metric.Cell;
import dev.limelight.metric.Comparison;
import dev.limelight.metric.Contender;
import dev.limelight.metric.Cost;
import dev.limelight.metric.Evaluation;
import dev.limelight.metric.MetricSummary;
import java.util.List;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Evaluations as Tablesaw tables. */
public final class EvaluationTables {

  private EvaluationTables() {}

  /** Every measurement: picture, method, layer, metric, value, and why there is none. */
  public static Table pictures(Evaluation evaluation) {
    StringColumn picture = StringColumn.create("picture");
    StringColumn method = StringColumn.create("method");
    StringColumn layer = StringColumn.create("layer");
    StringColumn metric = StringColumn.create("metric");
    DoubleColumn value = DoubleColumn.create("value");
    StringColumn discarded = StringColumn.create("discarded");
    for (Cell cell : evaluation.cells()) {
      picture.append(cell.picture());
      method.append(cell.contender().method());
      layer.append(cell.contender().layer());
      metric.append(cell.metric());
      value.append(cell.measurement().value());
      discarded.append(cell.measurement().measured() ? "" : cell.measurement().discarded());
    }
    return Table.create("Every measurement", picture, method, layer, metric, value, discarded);
  }

  /** The methods by one metric, the best first, with the 95 % interval of the mean and the cost. */
  public static Table ranking(Evaluation evaluation, String metric) {
    List<MetricSummary> ranking = evaluation.ranking(metric);
    StringColumn method = StringColumn.create("method");
    DoubleColumn mean = DoubleColumn.create("mean");
    DoubleColumn low = DoubleColumn.create("from");
    DoubleColumn high = DoubleColumn.create("to");
    IntColumn count = IntColumn.create("pictures");
    for (MetricSummary one : ranking) {
      method.append(name(evaluation, one.contender()));
      mean.append(one.mean());
      low.append(one.low());
      high.append(one.high());
      count.append(one.count());
    }
    String better = ranking.get(0).higherIsBetter() ? "higher" : "lower";
    return Table.create(metric + ", " + better + " is better", method, mean, low, high, count);
  }

  /** The methods against the controls by one metric. */
  public static Table comparisons(Evaluation evaluation, String metric) {
    StringColumn method = StringColumn.create("method");
    StringColumn control = StringColumn.create("control");
    DoubleColumn advantage = DoubleColumn.create("advantage");
    DoubleColumn p = DoubleColumn.create("p");
    BooleanColumn wins = BooleanColumn.create("better");
    for (Comparison one : evaluation.comparisons(metric)) {
      method.append(name(evaluation, one.contender()));
      control.append(one.control().method());
      advantage.append(one.advantage());
      p.append(one.adjusted());
      wins.append(one.wins());
    }
    return Table.create(
        metric + " against the controls (Wilcoxon, Holm)", method, control, advantage, p, wins);
  }

  /** What a map costs: time, which stored notebooks leave out, and memory. */
  public static Table costs(Evaluation evaluation) {
    StringColumn method = StringColumn.create("method");
    DoubleColumn milliseconds = DoubleColumn.create("milliseconds");
    DoubleColumn megabytes = DoubleColumn.create("megabytes");
    for (Cost cost : evaluation.costs()) {
      method.append(name(evaluation, cost.contender()));
      milliseconds.append(cost.milliseconds());
      megabytes.append(cost.megabytes());
    }
    return Table.create("Cost of a map", method, milliseconds, megabytes);
  }

  /** The layer is told where there are several. */
  static String name(Evaluation evaluation, Contender contender) {
    boolean one = evaluation.contenders().stream().map(Contender::layer).distinct().count() == 1;
    return one ? contender.method() : contender.toString();
  }
}
