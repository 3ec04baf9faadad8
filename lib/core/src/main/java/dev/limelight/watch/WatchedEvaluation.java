package dev.limelight.watch;

import dev.limelight.Explanation;
import dev.limelight.data.Example;
import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.EvaluationListener;
import dev.limelight.image.Picture;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Logs an evaluation to the sinks of a training: a step for each picture, with the means of every
 * metric so far and the picture's maps. A sink that fails is reported once ({@link #failures}), and
 * the evaluation goes on.
 */
public final class WatchedEvaluation implements EvaluationListener, AutoCloseable {

  private final Failures failures = new Failures();
  private final Sinks sinks;
  private final Map<String, double[]> sums = new TreeMap<>();

  /**
   * Begins.
   *
   * @param name of the run
   * @param settings how it was made, as texts by name
   * @param outputs the sinks; closed with this
   */
  public WatchedEvaluation(String name, Map<String, String> settings, OverlaySink... outputs) {
    sinks = new Sinks(List.of(outputs), failures);
    sinks.begin(new WatchedRun(name, "evaluation", List.of(), List.of(), settings));
  }

  @Override
  public void picture(int done, int total, List<Cell> cells, List<Explanation> explanations) {
    for (Cell cell : cells) {
      if (cell.measurement().measured()) {
        String name =
            cell.metric() + "/" + cell.contender().method() + "-" + cell.contender().layer();
        double[] sum = sums.computeIfAbsent(name, key -> new double[2]);
        sum[0] += cell.measurement().value();
        sum[1]++;
      }
    }
    Map<String, Double> means = new LinkedHashMap<>();
    means.put("evaluation/share-done", (double) done / total);
    sums.forEach((name, sum) -> means.put(name, sum[0] / sum[1]));
    List<ProbeOverlay> overlays = new ArrayList<>();
    for (Explanation explanation : explanations) {
      String name = explanation.provenance().layerText() + "-" + explanation.method();
      // An evaluation explains pictures, and no ready tensors.
      Picture picture = Objects.requireNonNull(explanation.picture());
      Example probe = new Example(name, picture, explanation.target(), null);
      overlays.add(new ProbeOverlay(name, probe, explanation, Map.of()));
    }
    sinks.epoch(new EpochOverlays(done, means, overlays));
  }

  /** What went wrong beside the evaluation, a sentence each. */
  public List<String> failures() {
    return failures.sentences();
  }

  @Override
  public void close() {
    sinks.close();
  }
}
