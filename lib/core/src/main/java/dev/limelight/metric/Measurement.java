package dev.limelight.metric;

import dev.limelight.support.Support;
import java.util.List;

/**
 * The result of a metric for one map.
 *
 * @param value the number; NaN where the map was discarded
 * @param curve the values that it is computed from, from the first step to the last, as its metric
 *     says; empty if it is one alone
 * @param support whether the map can be measured, or why it was discarded
 */
public record Measurement(double value, List<Double> curve, Support support) {

  /** Checks and copies. */
  public Measurement {
    curve = List.copyOf(curve);
    if (support.isSupported() && !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "a measurement is a finite number or has a reason, but got " + value);
    }
  }

  /** A number alone. */
  public static Measurement of(double value) {
    return of(value, List.of());
  }

  /** A number, and the values that it is computed from. */
  public static Measurement of(double value, List<Double> curve) {
    return new Measurement(value, curve, Support.yes());
  }

  /**
   * The area under a curve by the trapezoid rule, whose steps are equally far apart and lie from 0
   * to 1.
   *
   * @throws IllegalArgumentException if there are fewer than two values
   */
  public static Measurement area(List<Double> curve) {
    if (curve.size() < 2) {
      throw new IllegalArgumentException(
          "an area lies under at least two values, but got " + curve.size());
    }
    double sum = -(curve.get(0) + curve.get(curve.size() - 1)) / 2;
    for (double value : curve) {
      sum += value;
    }
    return of(sum / (curve.size() - 1), curve);
  }

  /** That a map cannot be measured, and why. */
  public static Measurement discarded(String reason) {
    return new Measurement(Double.NaN, List.of(), Support.no(reason));
  }

  /** Whether there is a number. */
  public boolean measured() {
    return support.isSupported();
  }
}
