package dev.limelight.perturb;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Bilinear;
import dev.limelight.method.PerturbedCopies;
import java.util.SplittableRandom;

/**
 * The masks of RISE: a coarse grid of cells, each 1 with a probability and 0 otherwise, which is
 * enlarged bilinearly to one cell more than the picture and cut out at a random position. Each mask
 * depends on the seed and its number alone, so that the batches make no difference.
 *
 * @param cells how many the grid has on each side
 * @param kept the probability that a cell is seen
 * @param seed of all masks
 */
record RandomMasks(int cells, double kept, long seed) {

  /**
   * Checks the arguments of a method that uses such masks.
   *
   * @param usual how many masks of how many cells are usual, in words
   */
  static void check(String method, int masks, int cells, double kept, String usual) {
    if (masks < 2 || cells < 1) {
      throw new IllegalArgumentException(
          method
              + " takes at least two masks of at least one cell, but got "
              + masks
              + " masks of "
              + cells
              + " cells; "
              + usual
              + " are usual");
    }
    if (!(kept > 0 && kept <= 1)) {
      throw new IllegalArgumentException(
          "a cell is kept with a probability above 0 and at most 1, but got "
              + kept
              + "; 0.5 is usual");
    }
  }

  /** Draws the mask of a number into an array, row by row. */
  void draw(int number, int height, int width, float[] into, int at) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
    float[] grid = new float[cells * cells];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.nextDouble() < kept ? 1 : 0;
    }
    int high = (height + cells - 1) / cells;
    int wide = (width + cells - 1) / cells;
    int top = random.nextInt(high);
    int left = random.nextInt(wide);
    Bilinear.Axis across = new Bilinear.Axis(cells, (cells + 1) * wide);
    Bilinear.Axis down = new Bilinear.Axis(cells, (cells + 1) * high);
    // Only what is cut out is enlarged.
    float[] rows = new float[cells * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = across.at(left + i % width, grid, i / width * cells, 1);
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        into[at + y * width + x] = down.at(top + y, rows, x, width);
      }
    }
  }

  /** The masks of the numbers from {@code from} on. */
  float[][] masks(int from, int count, int height, int width) {
    float[][] masks = new float[count][height * width];
    for (int i = 0; i < count; i++) {
      draw(from + i, height, width, masks[i], 0);
    }
    return masks;
  }

  /**
   * One picture through each mask.
   *
   * @param single (1, C, H, W)
   */
  static PerturbedCopies seen(NDArray single, float[][] masks) {
    return (from, to, scope) -> {
      float[] batchMasks = new float[(to - from) * masks[0].length];
      for (int k = from; k < to; k++) {
        System.arraycopy(masks[k], 0, batchMasks, (k - from) * masks[k].length, masks[k].length);
      }
      return seen(single, batchMasks, to - from, scope);
    };
  }

  /**
   * One picture through each of some masks, which lie one after the other.
   *
   * @param single (1, C, H, W)
   */
  static NDArray seen(NDArray single, float[] masks, int count, NDManager scope) {
    Shape shape = single.getShape();
    return NativeArrays.of(scope, masks, new Shape(count, 1, shape.get(2), shape.get(3)))
        .mul(single);
  }
}
