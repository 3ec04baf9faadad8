package dev.limelight.cam;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code sum_k (R G_k C^T) A_k} for gradients G that are 0 at most cells, as those of one box are:
 * only the smallest rectangle of cells that holds all others is smoothed. What is left out is
 * exactly 0.
 */
final class SmoothedProduct {

  private final float[] activations;
  private final int channels;
  private final float[][] rows;
  private final float[][] columns;
  private final int reach;
  private final int height;
  private final int width;

  /**
   * At the activations of some pictures.
   *
   * @param activations A, (N, C, h, w)
   * @param channels C
   * @param rows R, (h, h), 0 where cells are further apart than the reach
   * @param columns C, (w, w), likewise
   * @param reach how far a cell's gradient is spread, in cells
   */
  SmoothedProduct(float[] activations, int channels, float[][] rows, float[][] columns, int reach) {
    this.activations = activations;
    this.channels = channels;
    this.rows = rows;
    this.columns = columns;
    this.reach = reach;
    this.height = rows.length;
    this.width = columns.length;
  }

  /**
   * The map of one target for one picture.
   *
   * @param gradients of some targets, (T, C, h, w)
   * @param target which of them
   * @param picture which of the activations
   * @return (h, w)
   */
  float[] map(float[] gradients, int target, int picture) {
    int cells = height * width;
    int from = target * channels * cells;
    Window window = window(gradients, from);
    float[] map = new float[cells];
    if (window == null) {
      return map;
    }
    Window reached = window.wider(reach, height, width);
    int across = reached.right - reached.left;
    double[] wide = new double[across];
    double[] sums = new double[cells];
    double[] products = new double[cells];
    for (int row = window.top; row < window.bottom; row++) {
      int top = Math.max(0, row - reach);
      int bottom = Math.min(height, row + reach + 1);
      Arrays.fill(products, 0);
      for (int k = 0; k < channels; k++) {
        int own = k * cells;
        spreadAcross(gradients, from + own + row * width, window, reached, wide);
        for (int y = top; y < bottom; y++) {
          int at = y * width + reached.left;
          addProducts(wide, picture * channels * cells + own + at, products, at);
        }
      }
      for (int y = top; y < bottom; y++) {
        for (int i = y * width + reached.left; i < y * width + reached.right; i++) {
          sums[i] += rows[y][row] * products[i];
        }
      }
    }
    for (int i = 0; i < cells; i++) {
      map[i] = (float) sums[i];
    }
    return map;
  }

  /** Adds to the products of some cells side by side that of one more channel. */
  private void addProducts(double[] wide, int ofChannel, double[] products, int at) {
    for (int x = 0; x < wide.length; x++) {
      products[at + x] += wide[x] * activations[ofChannel + x];
    }
  }

  /** One row of one channel's gradient, spread over the columns that it reaches. */
  private void spreadAcross(
      float[] gradients, int row, Window window, Window reached, double[] wide) {
    for (int x = 0; x < wide.length; x++) {
      int column = reached.left + x;
      double sum = 0;
      int last = Math.min(window.right, column + reach + 1);
      for (int c = Math.max(window.left, column - reach); c < last; c++) {
        sum += columns[column][c] * gradients[row + c];
      }
      wide[x] = sum;
    }
  }

  /** The cells from one to before another. */
  private record Window(int top, int left, int bottom, int right) {

    Window wider(int cells, int height, int width) {
      return new Window(
          Math.max(0, top - cells),
          Math.max(0, left - cells),
          Math.min(height, bottom + cells),
          Math.min(width, right + cells));
    }
  }

  /** The smallest rectangle with all cells that have a gradient, or null if none has. */
  private @Nullable Window window(float[] gradients, int from) {
    int cells = height * width;
    // Not 0 if one is not, NaN included: sums are taken of many cells at once, and tests are not.
    float[] sizes = new float[cells];
    for (int k = 0; k < channels; k++) {
      int own = from + k * cells;
      for (int i = 0; i < cells; i++) {
        sizes[i] += Math.abs(gradients[own + i]);
      }
    }
    int top = height;
    int left = width;
    int bottom = 0;
    int right = 0;
    for (int i = 0; i < cells; i++) {
      if (sizes[i] != 0) {
        top = Math.min(top, i / width);
        left = Math.min(left, i % width);
        bottom = Math.max(bottom, i / width + 1);
        right = Math.max(right, i % width + 1);
      }
    }
    return bottom == 0 ? null : new Window(top, left, bottom, right);
  }
}
