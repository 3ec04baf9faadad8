package dev.limelight.benchmark;

import dev.limelight.Explainer;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.method.Method;
import dev.limelight.metric.MetricInfo;
import java.util.List;
import java.util.NoSuchElementException;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What a benchmark found.
 *
 * @param evaluation every measurement, a scene each: the mean over its objects
 * @param scores one a metric and method, by metric
 * @param reference the method that the others are compared with: grad-cam, or else the first
 * @param made how many scenes were made
 * @param seen of how many of them the network saw all objects, which alone are measured
 * @param objects how often each was pasted first and seen
 * @param unknown the objects whose class the network does not have, which were left out
 * @param rule when the network sees an object, in words
 * @param explainer that explained, with the preprocessing of the scenes
 * @param pictures the scenes that were measured, one for each object that was explained
 * @param methods that were compared
 */
@API(status = Status.INTERNAL)
public record BenchmarkResult(
    Evaluation evaluation,
    List<Score> scores,
    String reference,
    int made,
    int seen,
    List<SceneCount> objects,
    List<String> unknown,
    String rule,
    Explainer explainer,
    ImageSet pictures,
    List<? extends Method> methods) {

  /** Copies the lists. */
  public BenchmarkResult {
    scores = List.copyOf(scores);
    objects = List.copyOf(objects);
    unknown = List.copyOf(unknown);
    methods = List.copyOf(methods);
  }

  /** The names of the metrics, in their order. */
  public List<String> metrics() {
    return evaluation.metrics().stream().map(MetricInfo::name).toList();
  }

  /**
   * The score of a method.
   *
   * @throws NoSuchElementException if the method or the metric was not measured
   */
  public Score score(String method, String metric) {
    return scores.stream()
        .filter(one -> one.method().equals(method) && one.metric().equals(metric))
        .findFirst()
        .orElseThrow(
            () -> new NoSuchElementException("no " + metric + " of " + method + " was measured"));
  }
}
