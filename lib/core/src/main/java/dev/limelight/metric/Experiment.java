package dev.limelight.metric;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a metric to the network about one map, and the measurement computed from the
 * answers.
 *
 * @param requests changed pictures, each made when its batch is
 * @param result from the answers, in the order of the requests
 */
public record Experiment(List<Request> requests, Function<List<Answer>, Measurement> result) {

  /** The question about a changed picture. */
  public enum Kind {
    /** The probability of the explained class. */
    SCORE,
    /** A map by the same method for the same class. */
    EXPLAIN,
    /** The same by a network whose weights are shuffled. */
    EXPLAIN_RANDOMISED
  }

  /**
   * A changed picture.
   *
   * @param kind what is asked
   * @param input makes it, (C, H, W), preprocessed
   */
  public record Request(Kind kind, Supplier<float[]> input) {}

  /**
   * The answer of the network about a changed picture.
   *
   * @param probability of the explained class
   * @param explanation the map, or null where only a score was asked for
   */
  public record Answer(double probability, @Nullable Explanation explanation) {

    /**
     * The map.
     *
     * @throws IllegalStateException where only a score was asked for
     */
    @Override
    public Explanation explanation() {
      if (explanation == null) {
        throw new IllegalStateException(
            "a request of Kind.SCORE has a probability and no map; ask by Kind.EXPLAIN for both");
      }
      return explanation;
    }
  }

  /** The probabilities of some answers, in their order. */
  public static List<Double> probabilities(List<Answer> answers) {
    return answers.stream().map(Answer::probability).toList();
  }

  /** Keeps its own list. */
  public Experiment {
    requests = List.copyOf(requests);
  }

  /** An experiment that needs nothing of the network. */
  public static Experiment known(double value) {
    return new Experiment(List.of(), answers -> Measurement.of(value));
  }

  /** An experiment that cannot measure this map. */
  public static Experiment discarded(String reason) {
    return new Experiment(List.of(), answers -> Measurement.discarded(reason));
  }

  /** An experiment that cannot measure this map, since it is {@linkplain Trial#isBlank blank}. */
  public static Experiment blank(Trial trial) {
    return discarded(blankReason(trial.explanation().map()));
  }

  /** Why a map that distinguishes no locations cannot be measured. */
  public static String blankReason(Heatmap map) {
    return map.isBlank()
        ? "no value of the map is positive, its maximum is " + map.format(map.max())
        : "the map is the same everywhere, " + map.format(map.max());
  }

  /**
   * An experiment that asks the same about several changed pictures.
   *
   * @param inputs makes the i-th, (C, H, W), preprocessed
   */
  public static Experiment of(
      Kind kind,
      int count,
      IntFunction<float[]> inputs,
      Function<List<Answer>, Measurement> result) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      requests.add(new Request(kind, () -> inputs.apply(index)));
    }
    return new Experiment(requests, result);
  }
}
