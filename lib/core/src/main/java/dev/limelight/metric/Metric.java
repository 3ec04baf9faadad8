package dev.limelight.metric;

/**
 * A number that says how good a map is. An implementation is a record whose components are the
 * metric's arguments. One that is a service, with a public constructor without arguments, is found
 * by its name.
 */
public interface Metric {

  /** The name and needs of the metric, and which way is better. */
  MetricInfo info();

  /**
   * The experiment that measures one map. It computes nothing of the network itself, so that the
   * pictures that many metrics ask for go through it together.
   */
  Experiment of(Trial trial);
}
