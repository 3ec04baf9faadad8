package dev.limelight.benchmark;

import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measurements a scene: the mean over its objects, since those of one scene are not independent and
 * the bootstrap draws scenes.
 */
final class ByScene {

  private record Key(Contender contender, String metric, int scene) {}

  private final SceneQuestions questions;
  private final Map<Key, List<Measurement>> measured = new LinkedHashMap<>();

  ByScene(SceneQuestions questions) {
    this.questions = questions;
  }

  void add(Iterable<Cell> cells) {
    for (Cell cell : cells) {
      add(cell.contender(), cell.metric(), cell.index(), cell.measurement());
    }
  }

  void add(Contender contender, String metric, int question, Measurement measurement) {
    Key key = new Key(contender, metric, questions.asked(question).scene());
    measured.computeIfAbsent(key, one -> new ArrayList<>()).add(measurement);
  }

  /** An insertion less the deletion of the same map, where both are measured. */
  void addDifference(String metric, String one, String other) {
    Map<Key, List<Measurement>> differences = new LinkedHashMap<>();
    measured.forEach(
        (key, list) -> {
          List<Measurement> less = measured.get(new Key(key.contender(), other, key.scene()));
          if (key.metric().equals(one) && less != null) {
            List<Measurement> some = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
              some.add(difference(list.get(i), less.get(i)));
            }
            differences.put(new Key(key.contender(), metric, key.scene()), some);
          }
        });
    measured.putAll(differences);
  }

  private static Measurement difference(Measurement one, Measurement other) {
    if (!one.measured() || !other.measured()) {
      return one.measured() ? other : one;
    }
    return Measurement.of(one.value() - other.value());
  }

  /** All of it, with the costs of an evaluation of the same contenders. */
  Evaluation evaluation(Evaluation base, List<MetricInfo> metrics) {
    Map<Integer, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      places.putIfAbsent(questions.asked(i).scene(), places.size());
    }
    List<Cell> cells = new ArrayList<>();
    measured.forEach(
        (key, list) ->
            cells.add(
                new Cell(
                    places.getOrDefault(key.scene(), -1),
                    "scene " + key.scene(),
                    key.contender(),
                    key.metric(),
                    mean(list))));
    return new Evaluation(
        places.size(), base.contenders(), metrics, cells, base.costs(), base.seed());
  }

  private static Measurement mean(List<Measurement> list) {
    Optional<Measurement> missing = list.stream().filter(one -> !one.measured()).findFirst();
    if (missing.isPresent() || list.size() == 1) {
      return missing.orElseGet(() -> list.get(0));
    }
    double value = list.stream().mapToDouble(Measurement::value).average().orElseThrow();
    List<Double> curve = new ArrayList<>();
    for (int i = 0; i < list.get(0).curve().size(); i++) {
      int at = i;
      curve.add(list.stream().mapToDouble(one -> one.curve().get(at)).average().orElseThrow());
    }
    return Measurement.of(value, curve);
  }
}
