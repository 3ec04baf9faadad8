package dev.limelight.notebook;

import java.time.Duration;
import java.util.Locale;

/**
 * A piece of work with the time it took.
 *
 * @param what what was done
 * @param value what it gave back
 * @param took how long it took, on this machine, this time
 * @param <T> the type of the value
 */
public record Timing<T>(String what, T value, Duration took) implements Showable {

  /** The time in seconds. */
  public double seconds() {
    return took.toNanos() / 1e9;
  }

  /** The time in milliseconds. */
  public double millis() {
    return took.toNanos() / 1e6;
  }

  /** How many times longer the other took: above 1 where this one is faster. */
  public double timesFasterThan(Timing<?> other) {
    return (double) other.took.toNanos() / Math.max(1, took.toNanos());
  }

  /** What was done; with the time unless times are hidden. */
  @Override
  public Rendering rendering() {
    return Told.done(hidden() ? what : toString());
  }

  /** Whether this run is to be kept, without times. */
  static boolean hidden() {
    return "hide".equals(System.getenv("LIMELIGHT_TIMES"));
  }

  @Override
  public String toString() {
    return what
        + (seconds() < 1
            ? String.format(Locale.ROOT, ": %.0f ms", millis())
            : String.format(Locale.ROOT, ": %.1f s", seconds()));
  }
}
