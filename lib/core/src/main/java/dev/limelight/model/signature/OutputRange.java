package dev.limelight.model.signature;

/** Where the values of a network's output lie, measured on pictures of noise. */
public enum OutputRange {

  /** Anywhere. */
  ANY,

  /** None below 0, and those of a picture sum to 100. */
  PERCENTAGES,

  /** All in [0, 1]. */
  UNIT,

  /** All in [0, 1], and those of a picture sum to 1. */
  SHARES;

  /** What sums to 1 up to the rounding of half precision. */
  private static final double TOLERANCE = 1e-3;

  /** The range of one picture's values. */
  public static OutputRange of(float[] values) {
    double sum = 0;
    double largest = 0;
    for (float value : values) {
      if (!(value >= -TOLERANCE)) {
        return ANY;
      }
      sum += value;
      largest = Math.max(largest, value);
    }
    if (values.length > 1 && Math.abs(sum - 100) <= 100 * TOLERANCE) {
      return PERCENTAGES;
    }
    if (largest > 1 + TOLERANCE) {
      return ANY;
    }
    return values.length > 1 && Math.abs(sum - 1) <= TOLERANCE ? SHARES : UNIT;
  }

  /** The one that holds for both. */
  public OutputRange and(OutputRange other) {
    return compareTo(other) < 0 ? this : other;
  }
}
