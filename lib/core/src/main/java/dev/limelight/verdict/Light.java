package dev.limelight.verdict;

/** A traffic light: the outcome of a check of a map. */
public enum Light {
  /** It passes all checks. */
  GREEN,
  /** It passes those without which a map says nothing, and fails another. */
  AMBER,
  /** It is no better than chance, or does not depend on what the network has learnt. */
  RED,
  /** Nothing of it is positive. */
  NONE
}
