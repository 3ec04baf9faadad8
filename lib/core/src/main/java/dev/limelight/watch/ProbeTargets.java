package dev.limelight.watch;

import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The class that the map of a probe explains. */
@API(status = Status.INTERNAL)
public enum ProbeTargets {
  /** The true class of the probe. */
  TRUE_CLASS,
  /** The class that the network predicts, which may change from epoch to epoch. */
  PREDICTED,
  /** One map each. */
  BOTH;

  /** In words, such as {@code true class}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
