package dev.limelight.drawing;

import dev.limelight.image.Heatmap;

/** The range of values that a palette covers. */
record Scale(double min, double max) {

  Scale {
    if (!(min < max) || Double.isInfinite(max - min)) {
      throw new IllegalArgumentException(
          "a scale runs from a smaller to a larger finite number, not from " + min + " to " + max);
    }
  }

  /**
   * The scale of a map over a picture: up to its maximum, or of a grainy map to a high percentile.
   */
  static Scale over(Heatmap map, Palette palette, boolean grainy) {
    double high = grainy ? Grain.high(map, palette.diverging()) : 0;
    if (!(high > 0)) {
      return of(map, palette, false);
    }
    return new Scale(palette.diverging() ? -high : 0, high);
  }

  /**
   * The scale of a map: symmetric about zero for a diverging palette, else from zero to the
   * maximum.
   *
   * @param negatives whether the scale begins at the minimum if it is below zero
   */
  static Scale of(Heatmap map, Palette palette, boolean negatives) {
    double bound = Math.max(Math.abs(map.min()), Math.abs(map.max()));
    if (palette.diverging()) {
      return bound > 0 ? new Scale(-bound, bound) : new Scale(-1, 1);
    }
    double min = negatives ? Math.min(0, map.min()) : 0;
    double max = Math.max(0, map.max());
    return min < max ? new Scale(min, max) : new Scale(0, 1);
  }

  /** The position of a value in the scale, from 0 to 1. */
  float at(double value) {
    return (float) Math.max(0, Math.min(1, (value - min) / (max - min)));
  }
}
