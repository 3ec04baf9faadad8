package dev.limelight.metric;

/**
 * A number that says how good a map is. An implementation is a record whose components are the
 * metric's arguments. One that is a service, with a public constructor without arguments, is found
 * by its name.
 */
public interface Metric {

  /** What the metric is called and needs, and which way is better. */
  MetricInfo info();

  /**
   * What it takes to measure one map. It computes nothing of the network itself, so that the
   * pictures that many metrics ask for go through it together.
   */
  Experiment of(Trial trial);
}
