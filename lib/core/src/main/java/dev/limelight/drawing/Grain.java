package dev.limelight.drawing;

import dev.limelight.image.Heatmap;
import java.util.Arrays;

/**
 * Maps of single pixels: a few of them are so strong that the others have no colour beside them.
 */
final class Grain {

  /** Maps of layers and of windows are coarser. */
  private static final int FEWEST_CELLS = 64 * 64;

  /** Of the cells, those above half of the maximum. */
  private static final double FEW = 0.01;

  private static final double PERCENTILE = 0.99;

  private Grain() {}

  /** Whether fewer than a hundredth of a fine map's cells are above half of its maximum. */
  static boolean isGrainy(Heatmap map) {
    int cells = map.width() * map.height();
    if (cells < FEWEST_CELLS || !(map.max() > 0)) {
      return false;
    }
    int strong = 0;
    for (float value : map.values()) {
      strong += value >= map.max() / 2 ? 1 : 0;
    }
    return strong < FEW * cells;
  }

  /** The size that a hundredth of the values exceeds; zero if there are no others. */
  static double high(Heatmap map, boolean negatives) {
    float[] sizes = map.values().clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = negatives ? Math.abs(sizes[i]) : Math.max(0, sizes[i]);
    }
    Arrays.sort(sizes);
    return sizes[(int) (PERCENTILE * (sizes.length - 1))];
  }
}
