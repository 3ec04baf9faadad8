package dev.limelight.metric;

import java.util.List;

/**
 * What a metric found of one map.
 *
 * @param value the number; NaN where the map was discarded
 * @param curve the values that it is the area under, from the first step to the last; empty if it
 *     is no area
 * @param discarded why the map cannot be measured, or null
 */
public record Measurement(double value, List<Double> curve, String discarded) {

  /** Checks and copies. */
  public Measurement {
    curve = List.copyOf(curve);
    if (discarded == null && !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "a measurement is a finite number or has a reason, and " + value + " came");
    }
  }

  /** A number alone. */
  public static Measurement of(double value) {
    return new Measurement(value, List.of(), null);
  }

  /** That a map cannot be measured, and why. */
  public static Measurement discarded(String reason) {
    return new Measurement(Double.NaN, List.of(), reason);
  }

  /** Whether there is a number. */
  public boolean measured() {
    return discarded == null;
  }
}
