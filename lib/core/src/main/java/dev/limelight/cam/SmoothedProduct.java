package dev.limelight.cam;

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
    double[] wide = new double[(window.bottom - window.top) * across];
    double[] sums = new double[cells];
    for (int k = 0; k < channels; k++) {
      spreadAcross(gradients, from + k * cells, window, reached, wide);
      int own = (picture * channels + k) * cells;
      for (int y = reached.top; y < reached.bottom; y++) {
        for (int x = 0; x < across; x++) {
          double smooth = 0;
          int last = Math.min(window.bottom, y + reach + 1);
          for (int row = Math.max(window.top, y - reach); row < last; row++) {
            smooth += rows[y][row] * wide[(row - window.top) * across + x];
          }
          int cell = y * width + reached.left + x;
          sums[cell] += smooth * activations[own + cell];
        }
      }
    }
    for (int i = 0; i < cells; i++) {
      map[i] = (float) sums[i];
    }
    return map;
  }

  private void spreadAcross(
      float[] gradients, int from, Window window, Window reached, double[] wide) {
    int across = reached.right - reached.left;
    for (int row = window.top; row < window.bottom; row++) {
      for (int x = reached.left; x < reached.right; x++) {
        double sum = 0;
        int last = Math.min(window.right, x + reach + 1);
        for (int column = Math.max(window.left, x - reach); column < last; column++) {
          sum += columns[x][column] * gradients[from + row * width + column];
        }
        wide[(row - window.top) * across + x - reached.left] = sum;
      }
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
    boolean[] used = new boolean[cells];
    for (int k = 0; k < channels; k++) {
      int own = from + k * cells;
      for (int i = 0; i < cells; i++) {
        used[i] |= gradients[own + i] != 0;
      }
    }
    int top = height;
    int left = width;
    int bottom = 0;
    int right = 0;
    for (int i = 0; i < cells; i++) {
      if (used[i]) {
        top = Math.min(top, i / width);
        left = Math.min(left, i % width);
        bottom = Math.max(bottom, i / width + 1);
        right = Math.max(right, i % width + 1);
      }
    }
    return bottom == 0 ? null : new Window(top, left, bottom, right);
  }
}
