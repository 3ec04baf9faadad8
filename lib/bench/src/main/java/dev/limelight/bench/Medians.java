package dev.limelight.bench;

import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The median milliseconds of pieces of work.
 *
 * @param times by the names of the pieces, in the order in which they were added
 */
public record Medians(Map<String, Double> times) {

  /** The median of a piece. */
  public double of(String name) {
    Double time = times.get(name);
    if (time == null) {
      throw new IllegalArgumentException("no '" + name + "' was timed, only " + times.keySet());
    }
    return time;
  }

  void forEach(BiConsumer<String, Double> action) {
    times.forEach(action);
  }
}
