package dev.limelight.notebook;

import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.Comparison;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.metric.MetricInfo;
import dev.limelight.support.Count;
import dev.limelight.verdict.Verdict;
import dev.limelight.verdict.Verdict.Light;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Evaluations as Tablesaw tables. */
public final class EvaluationTables {

  private EvaluationTables() {}

  /**
   * Every measurement: picture, method, layer, metric, value, or the reason if it was discarded.
   */
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
      discarded.append(cell.measurement().measured() ? "" : cell.measurement().support().reason());
    }
    return Table.create("Every measurement", picture, method, layer, metric, value, discarded);
  }

  /** The means, with a row for each method and a column for each metric. */
  public static Table means(Evaluation evaluation) {
    StringColumn method = StringColumn.create("method");
    evaluation.contenders().forEach(one -> method.append(evaluation.name(one)));
    Table table = Table.create("Means of " + Count.of(evaluation.pictures(), "picture"), method);
    for (MetricInfo metric : evaluation.metrics()) {
      DoubleColumn mean = DoubleColumn.create(metric.name() + arrow(metric.higherIsBetter()));
      evaluation
          .contenders()
          .forEach(one -> mean.append(evaluation.summary(one, metric.name()).mean()));
      table.addColumns(mean);
    }
    return table;
  }

  /** The arrow of the better direction. */
  private static String arrow(boolean higherIsBetter) {
    return higherIsBetter ? " ↑" : " ↓";
  }

  /** The methods ranked by one metric, the best first, with the 95 % interval of the mean. */
  public static Table ranking(Evaluation evaluation, String metric) {
    List<MetricSummary> ranking = evaluation.ranking(metric);
    StringColumn method = StringColumn.create("method");
    DoubleColumn mean = DoubleColumn.create("mean");
    DoubleColumn low = DoubleColumn.create("from");
    DoubleColumn high = DoubleColumn.create("to");
    IntColumn count = IntColumn.create("pictures");
    for (MetricSummary one : ranking) {
      method.append(evaluation.name(one.contender()));
      mean.append(one.mean());
      low.append(one.low());
      high.append(one.high());
      count.append(one.count());
    }
    String better = ranking.get(0).higherIsBetter() ? "higher" : "lower";
    return Table.create(metric + ", " + better + " is better", method, mean, low, high, count);
  }

  /** The methods compared with the controls by one metric. */
  public static Table comparisons(Evaluation evaluation, String metric) {
    StringColumn method = StringColumn.create("method");
    StringColumn control = StringColumn.create("control");
    DoubleColumn advantage = DoubleColumn.create("advantage");
    DoubleColumn p = DoubleColumn.create("p");
    StringColumn wins = StringColumn.create("better");
    for (Comparison one : evaluation.comparisons(metric)) {
      method.append(evaluation.name(one.contender()));
      control.append(one.control().method());
      advantage.append(one.advantage());
      p.append(one.adjusted());
      wins.append(yes(one.wins()));
    }
    return Table.create(
        metric + " against the controls (Wilcoxon, Holm)", method, control, advantage, p, wins);
  }

  /** The cost of a map: passes, memory, and the time, which stored notebooks omit. */
  public static Table costs(Evaluation evaluation) {
    return costs(evaluation, Timing.hidden());
  }

  static Table costs(Evaluation evaluation, boolean withoutTimes) {
    StringColumn method = StringColumn.create("method");
    LongColumn passes = LongColumn.create("passes");
    DoubleColumn megabytes = DoubleColumn.create("megabytes");
    DoubleColumn milliseconds = DoubleColumn.create("milliseconds");
    for (Cost cost : evaluation.costs()) {
      method.append(evaluation.name(cost.contender()));
      passes.append(cost.passes());
      megabytes.append(cost.megabytes());
      milliseconds.append(cost.milliseconds());
    }
    Table table = Table.create("Cost of a map", method, passes, megabytes);
    return withoutTimes ? table : table.addColumns(milliseconds);
  }

  /** A verdict on a map, with a row for each check. */
  public static Table verdict(String title, Verdict verdict) {
    StringColumn compared = StringColumn.create("the map is ...");
    DoubleColumn value = DoubleColumn.create("value");
    DoubleColumn bound = DoubleColumn.create("against");
    StringColumn passed = StringColumn.create("passed");
    for (Verdict.Check check : verdict.checks()) {
      compared.append(check.name());
      value.append(check.value());
      bound.append(check.bound());
      passed.append(yes(check.passed()) + (check.passed() || !check.vital() ? "" : ", vital"));
    }
    return Table.create(title + ": " + verdict.word(), compared, value, bound, passed);
  }

  /** The number of maps of each method with each verdict. */
  public static Table verdicts(Map<String, List<Verdict>> verdicts) {
    Table table =
        Table.create("Verdicts", StringColumn.create("method", List.copyOf(verdicts.keySet())));
    for (Light light : Light.values()) {
      IntColumn count = IntColumn.create(new Verdict(light, List.of()).word());
      verdicts
          .values()
          .forEach(
              list -> count.append((int) list.stream().filter(v -> v.light() == light).count()));
      if (light != Light.NONE || count.sum() > 0) {
        table.addColumns(count);
      }
    }
    return table;
  }

  static String yes(boolean value) {
    return value ? "yes" : "no";
  }
}
