package dev.limelight.evaluation;

import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.metric.MetricInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What an evaluation could not measure, in sentences. */
@API(status = Status.INTERNAL)
public final class Discarded {

  private static final int SHOWN = 5;

  private final Evaluation evaluation;

  /** The reason for each picture of which nothing was measured, by its name. */
  private final Map<Integer, Cell> failures = new LinkedHashMap<>();

  private Discarded(Evaluation evaluation) {
    this.evaluation = evaluation;
    evaluation.cells().forEach(cell -> failures.putIfAbsent(cell.index(), cell));
    evaluation.cells().stream()
        .filter(cell -> cell.measurement().measured())
        .forEach(cell -> failures.remove(cell.index()));
  }

  /** One sentence for all pictures that failed, and one for each metric that discarded others. */
  public static List<String> notes(Evaluation evaluation) {
    Discarded discarded = new Discarded(evaluation);
    List<String> notes = new ArrayList<>();
    if (!discarded.failures.isEmpty()) {
      notes.add(discarded.failed());
    }
    for (MetricInfo metric : evaluation.metrics()) {
      for (Contender contender : evaluation.contenders()) {
        discarded.add(contender, metric.name(), notes);
      }
    }
    return notes;
  }

  private String failed() {
    List<String> reasons =
        failures.values().stream()
            .limit(SHOWN)
            .map(cell -> cell.picture() + " (" + cell.measurement().support().reason() + ")")
            .toList();
    return failures.size()
        + " of "
        + evaluation.pictures()
        + " pictures could not be measured: "
        + String.join(", ", reasons)
        + (failures.size() > SHOWN ? " and " + (failures.size() - SHOWN) + " more" : "");
  }

  private void add(Contender contender, String metric, List<String> notes) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    evaluation.of(contender, metric).stream()
        .filter(cell -> !cell.measurement().measured() && !failures.containsKey(cell.index()))
        .forEach(cell -> counts.merge(cell.measurement().support().reason(), 1, Integer::sum));
    if (counts.isEmpty()) {
      return;
    }
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    notes.add(
        metric
            + " did not measure "
            + all
            + " of "
            + evaluation.pictures()
            + " maps by "
            + evaluation.name(contender)
            + ": "
            + String.join("; ", counts.keySet().stream().limit(SHOWN).toList()));
  }
}
