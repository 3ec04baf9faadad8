package dev.limelight.metric;

import dev.limelight.method.Implementations;
import java.util.List;

/**
 * The metrics there are: every one in this package, found by looking, and those that other jars
 * offer as a service. There is no list of metrics to keep.
 */
public final class Metrics {

  private static final List<Metric> ALL =
      Implementations.of(
          Metric.class,
          List.of("dev.limelight.metric", "dev.limelight.metric.localisation"),
          Metric::name);

  private Metrics() {}

  /** All metrics with their default arguments, by name. */
  public static List<Metric> all() {
    return ALL;
  }

  /**
   * The metric of that name, with its default arguments.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static Metric named(String name) {
    return Implementations.named(name, ALL, Metric::name, "metric");
  }
}
