package dev.limelight.watch;

import java.util.Locale;

/** For which class the map of a probe speaks. */
public enum ProbeTargets {
  /** The probe's own class. */
  TRUE_CLASS,
  /** The class that the network chooses, which may change from epoch to epoch. */
  PREDICTED,
  /** One map each. */
  BOTH;

  /** In words, such as {@code true class}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
