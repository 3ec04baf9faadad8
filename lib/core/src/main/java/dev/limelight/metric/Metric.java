package dev.limelight.metric;

/**
 * A number that says how good a map is. An implementation is a record whose components are the
 * metric's arguments; a public one with a constructor without arguments is found by its name.
 */
public interface Metric {

  /** How it is called on the command line, such as "deletion". */
  String name();

  /** Whether a larger value speaks for the map. */
  boolean higherIsBetter();

  /** Whether it needs to know where the object is. */
  default boolean needsMask() {
    return false;
  }

  /** Who proposed it, where and when. */
  String paper();

  /**
   * What it takes to measure one map. It computes nothing of the network itself, so that the
   * pictures that many metrics ask for go through it together.
   */
  Experiment of(Trial trial);
}
