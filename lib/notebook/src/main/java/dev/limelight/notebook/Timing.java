package dev.limelight.notebook;

import java.time.Duration;
import java.util.Locale;

/**
 * The result of some work and the time it took.
 *
 * @param what a description of the work
 * @param value the result
 * @param took the time of this run on this machine
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

  /** The time of the other divided by the time of this one: above 1 if this one is faster. */
  public double timesFasterThan(Timing<?> other) {
    return (double) other.took.toNanos() / Math.max(1, took.toNanos());
  }

  /** The description, with the time unless times are hidden. */
  @Override
  public Rendering rendering() {
    return StatusLine.done(hidden() ? what : toString());
  }

  /** Whether the outputs of this run are stored, without times. */
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
