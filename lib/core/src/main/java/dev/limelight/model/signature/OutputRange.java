package dev.limelight.model.signature;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private static final String GIVEN =
      "the output already holds probabilities; the map is of the probability, not of a logit";

  private static final String UNCLEAR =
      "all values of the output lie in 0..1, as probabilities do, and no softmax or sigmoid was"
          + " found that makes them, so they are taken for logits; if they are probabilities, export"
          + " the model without what follows its last layer";

  private static final String PERCENT =
      "the values of the output sum to 100, as percentages do, and they are taken for logits; export"
          + " the model without what follows its last layer";

  /** What sums to 1 up to the rounding of half precision. */
  private static final double TOLERANCE = 1e-3;

  /** The one of that name; nothing if there is none. */
  public static Optional<OutputRange> named(String name) {
    return Arrays.stream(values()).filter(range -> range.name().equals(name)).findFirst();
  }

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

  /**
   * Whether the values are taken for probabilities.
   *
   * @param activated whether a softmax or sigmoid lies between the last weights and the output
   */
  public boolean isOfProbabilities(boolean activated) {
    return this == SHARES || this == UNIT && activated;
  }

  /** What is to be known of such values, or null. */
  public @Nullable String note(boolean activated) {
    if (this == ANY) {
      return null;
    }
    return isOfProbabilities(activated) ? GIVEN : this == PERCENTAGES ? PERCENT : UNCLEAR;
  }

  /** The one that holds for both. */
  public OutputRange and(OutputRange other) {
    return compareTo(other) < 0 ? this : other;
  }
}
