package dev.limelight.metric;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One map that is to be measured, and what is known of its picture: plain values.
 *
 * @param explanation the map with its prediction and class
 * @param input what the network was given, (C, H, W), preprocessed, row by row; not to be changed
 * @param width W
 * @param height H
 * @param mask where the object is, as the network saw it ({@link Explanation#cropped}), or null
 * @param seed of everything random
 */
public record Trial(
    Explanation explanation, float[] input, int width, int height, @Nullable Mask mask, long seed) {

  /** Checks. */
  public Trial {
    Objects.requireNonNull(explanation, "explanation");
    if (input.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "an input of 3 x "
              + height
              + " x "
              + width
              + " has as many values, but got "
              + input.length);
    }
  }

  /** The map in [0, 1] at the input's size, (H, W). */
  public Heatmap heatmap() {
    return explanation.heatmap();
  }

  /**
   * Whether the map distinguishes no locations: no value is positive, or all are the same. What
   * follows the map then follows nothing.
   */
  public boolean isBlank() {
    return heatmap().isBlank();
  }

  /**
   * Why the mask cannot be compared with a map: there is none, or it marks nothing or everything of
   * what the network saw, so that no map could miss or hit. Empty if it can.
   */
  public Optional<String> unusableMask() {
    return unusable(mask);
  }

  /** Why a mask cannot be compared with any map, as {@link #unusableMask} says. */
  public static Optional<String> unusable(@Nullable Mask mask) {
    if (mask == null) {
      return Optional.of("the position of the object is not known; give a mask");
    }
    if (!mask.isUniform()) {
      return Optional.empty();
    }
    return Optional.of(
        mask.area() == 0
            ? "the mask marks nothing of what the network saw, so that no map could hit; check the"
                + " mask, and whether the object was cut off"
            : "the mask marks everything that the network saw, so that no map could miss; check the"
                + " mask");
  }

  /** The probability of the explained class for the unchanged picture. */
  public double probability() {
    return explanation.probability();
  }

  /** Random numbers of this trial; the same for the same purpose. */
  public Random random(int purpose) {
    return new Random(seed * 0x9E3779B97F4A7C15L + purpose);
  }

  /** The input times a weight for each location. */
  public float[] times(Heatmap weights) {
    float[] factors = weights.values();
    float[] product = input.clone();
    for (int i = 0; i < product.length; i++) {
      product[i] *= factors[i % factors.length];
    }
    return product;
  }
}
