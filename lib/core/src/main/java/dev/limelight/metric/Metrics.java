package dev.limelight.metric;

import dev.limelight.plugin.Registry;
import java.util.List;

/**
 * The metrics there are: every one that this jar or another offers as a service. There is no list
 * of metrics to keep.
 */
public final class Metrics {

  private static final Registry<Metric> REGISTRY =
      Registry.load(Metric.class, "metric", metric -> metric.info().name());

  private Metrics() {}

  /** All metrics with their default arguments, by name. */
  public static List<Metric> all() {
    return REGISTRY.all();
  }

  /**
   * The metric of that name, with its default arguments.
   *
   * @throws IllegalArgumentException if there is none, or several; the message lists the names
   */
  public static Metric named(String name) {
    return REGISTRY.named(name);
  }
}
