package dev.limelight.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The papers' formulas in doubles, without any thought of speed. */
final class SlowMetrics {

  private SlowMetrics() {}

  /**
   * The area under the scores while the places with the largest values get the other picture's.
   *
   * @param values no two of them equal
   */
  static double area(
      float[] values, float[] from, float[] to, int steps, ToDoubleFunction<float[]> score) {
    double area = 0;
    for (int step = 0; step < steps; step++) {
      double left = score.applyAsDouble(mixed(values, from, to, step / (double) steps));
      double right = score.applyAsDouble(mixed(values, from, to, (step + 1) / (double) steps));
      area += (left + right) / 2 / steps;
    }
    return area;
  }

  private static float[] mixed(float[] values, float[] from, float[] to, double share) {
    float[] mixed = from.clone();
    for (int i = 0; i < mixed.length; i++) {
      int place = i % values.length;
      if (larger(values, place) < Math.round(share * values.length)) {
        mixed[i] = to[i];
      }
    }
    return mixed;
  }

  /** How many values are larger than one. */
  static int larger(float[] values, int place) {
    int larger = 0;
    for (float value : values) {
      larger += value > values[place] ? 1 : 0;
    }
    return larger;
  }

  /** Each pixel as the weighted sum of all others within the window; outside is 0. */
  static float[] blurred(float[] input, int width, int height, int radius) {
    double[][] kernel = kernel(radius);
    float[] result = new float[input.length];
    int size = width * height;
    for (int i = 0; i < input.length; i++) {
      double sum = 0;
      int column = i % size % width;
      int row = i % size / width;
      for (int y = -radius; y <= radius; y++) {
        for (int x = -radius; x <= radius; x++) {
          boolean inside =
              column + x >= 0 && column + x < width && row + y >= 0 && row + y < height;
          sum += inside ? kernel[y + radius][x + radius] * input[i + y * width + x] : 0;
        }
      }
      result[i] = (float) sum;
    }
    return result;
  }

  /** A point in the middle of a square, filtered by a Gaussian with reflecting borders. */
  static double[][] kernel(int radius) {
    int side = 2 * radius + 1;
    double[][] kernel = new double[side][side];
    double total = 0;
    for (int v = -4 * radius; v <= 4 * radius; v++) {
      for (int u = -4 * radius; u <= 4 * radius; u++) {
        total += Math.exp(-(u * u + v * v) / (2.0 * radius * radius));
      }
    }
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        for (int v = -4 * radius; v <= 4 * radius; v++) {
          for (int u = -4 * radius; u <= 4 * radius; u++) {
            if (reflected(x + u, side) == radius && reflected(y + v, side) == radius) {
              kernel[y][x] += Math.exp(-(u * u + v * v) / (2.0 * radius * radius)) / total;
            }
          }
        }
      }
    }
    return kernel;
  }

  private static int reflected(int x, int side) {
    int at = x;
    while (at < 0 || at >= side) {
      at = at < 0 ? -1 - at : 2 * side - 1 - at;
    }
    return at;
  }

  /** Noisy linear imputation without noise: all pixels of a channel as one dense system. */
  static float[] imputed(float[] input, int width, int height, boolean[] removed) {
    int size = width * height;
    float[] result = new float[input.length];
    for (int channel = 0; channel < input.length; channel += size) {
      double[][] rows = new double[size][size + 1];
      for (int i = 0; i < size; i++) {
        rows[i][i] = 1;
        rows[i][size] = input[channel + i];
        if (removed[i]) {
          rows[i][size] = 0;
          rows[i][i] = 0;
          for (int j = 0; j < size; j++) {
            int x = Math.abs(i % width - j % width);
            int y = Math.abs(i / width - j / width);
            if (Math.max(x, y) == 1) {
              double weight = x + y == 1 ? 1 / 6.0 : 1 / 12.0;
              rows[i][j] -= weight;
              rows[i][i] += weight;
            }
          }
        }
      }
      double[] solution = solved(rows);
      for (int i = 0; i < size; i++) {
        result[channel + i] = (float) solution[i];
      }
    }
    return result;
  }

  /** Gauss and Jordan, with the largest pivot. */
  private static double[] solved(double[][] rows) {
    int n = rows.length;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column; row < n; row++) {
        pivot = Math.abs(rows[row][column]) > Math.abs(rows[pivot][column]) ? row : pivot;
      }
      double[] swapped = rows[pivot];
      rows[pivot] = rows[column];
      rows[column] = swapped;
      for (int row = 0; row < n; row++) {
        double factor = rows[row][column] / swapped[column];
        for (int k = column; row != column && k <= n; k++) {
          rows[row][k] -= factor * swapped[k];
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = rows[i][n] / rows[i][i];
    }
    return solution;
  }

  /** The Gini index as half of the mean difference of two values, over their mean. */
  static double gini(float[] values) {
    double differences = 0;
    double sum = 0;
    for (float one : values) {
      sum += Math.abs(one);
      for (float other : values) {
        differences += Math.abs(Math.abs(one) - Math.abs(other));
      }
    }
    return differences / (2 * values.length * sum);
  }

  /** Structural similarity, window by window. */
  static double ssim(float[] one, float[] other, int width, int height) {
    int least = Math.min(11, Math.min(width, height));
    int window = least % 2 == 0 ? least - 1 : least;
    List<Double> all = new ArrayList<>();
    for (int top = 0; top + window <= height; top++) {
      for (int left = 0; left + window <= width; left++) {
        double[] weights = new double[width * height];
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
          int x = i % width - left - window / 2;
          int y = i / width - top - window / 2;
          if (Math.max(Math.abs(x), Math.abs(y)) <= window / 2) {
            weights[i] = Math.exp(-(x * x + y * y) / (2 * 1.5 * 1.5));
            total += weights[i];
          }
        }
        double m = 0;
        double n = 0;
        for (int i = 0; i < weights.length; i++) {
          m += weights[i] / total * one[i];
          n += weights[i] / total * other[i];
        }
        double v = 0;
        double w = 0;
        double s = 0;
        for (int i = 0; i < weights.length; i++) {
          v += weights[i] / total * (one[i] - m) * (one[i] - m);
          w += weights[i] / total * (other[i] - n) * (other[i] - n);
          s += weights[i] / total * (one[i] - m) * (other[i] - n);
        }
        all.add((2 * m * n + 1e-4) * (2 * s + 9e-4) / ((m * m + n * n + 1e-4) * (v + w + 9e-4)));
      }
    }
    return all.stream().mapToDouble(value -> value).average().orElseThrow();
  }

  /** Pearson's correlation. */
  static double pearson(float[] one, float[] other) {
    double m = 0;
    double n = 0;
    for (int i = 0; i < one.length; i++) {
      m += one[i] / (double) one.length;
      n += other[i] / (double) one.length;
    }
    double v = 0;
    double w = 0;
    double s = 0;
    for (int i = 0; i < one.length; i++) {
      v += (one[i] - m) * (one[i] - m);
      w += (other[i] - n) * (other[i] - n);
      s += (one[i] - m) * (other[i] - n);
    }
    return s / Math.sqrt(v * w);
  }

  /** The share of two boxes, each from and to a column and row, by counting cells. */
  static double overlap(boolean[] one, boolean[] other, int width) {
    boolean[] first = boxed(one, width);
    boolean[] second = boxed(other, width);
    int both = 0;
    int either = 0;
    for (int i = 0; i < one.length; i++) {
      both += first[i] && second[i] ? 1 : 0;
      either += first[i] || second[i] ? 1 : 0;
    }
    return either == 0 ? 0 : (double) both / either;
  }

  private static boolean[] boxed(boolean[] cells, int width) {
    boolean[] box = new boolean[cells.length];
    for (int a = 0; a < cells.length; a++) {
      for (int b = 0; b < cells.length; b++) {
        if (cells[a] && cells[b]) {
          for (int y = a / width; y <= b / width; y++) {
            int from = Math.min(a % width, b % width);
            for (int x = from; x <= Math.max(a % width, b % width); x++) {
              box[y * width + x] = true;
            }
          }
        }
      }
    }
    return box;
  }

  /**
   * The part, corners included, whose outer line through the centres of cells encloses most: labels
   * that spread until nothing changes.
   */
  static boolean[] largest(boolean[] cells, int width) {
    int[] label = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      label[i] = i;
    }
    for (boolean changed = true; changed; ) {
      changed = false;
      for (int a = 0; a < cells.length; a++) {
        for (int b = 0; b < cells.length; b++) {
          int apart = Math.max(Math.abs(a % width - b % width), Math.abs(a / width - b / width));
          if (cells[a] && cells[b] && apart == 1 && label[b] > label[a]) {
            label[b] = label[a];
            changed = true;
          }
        }
      }
    }
    int best = -1;
    double most = -1;
    for (int i = 0; i < cells.length; i++) {
      boolean[] part = new boolean[cells.length];
      int count = 0;
      for (int j = 0; j < cells.length; j++) {
        part[j] = cells[j] && label[j] == i;
        count += part[j] ? 1 : 0;
      }
      // The area decides, and among equal areas the number of cells.
      double size = enclosed(part, width) + count / (2.0 * cells.length + 1);
      if (count > 0 && size > most) {
        most = size;
        best = i;
      }
    }
    boolean[] largest = new boolean[cells.length];
    for (int i = 0; i < cells.length; i++) {
      largest[i] = cells[i] && label[i] == best;
    }
    return largest;
  }

  /** By the shoelace formula along the border, which is walked with the part at the left hand. */
  private static double enclosed(boolean[] part, int width) {
    int start = 0;
    while (start < part.length && !part[start]) {
      start++;
    }
    if (start == part.length) {
      return 0;
    }
    int[] dx = {1, 1, 0, -1, -1, -1, 0, 1};
    int[] dy = {0, 1, 1, 1, 0, -1, -1, -1};
    int x = start % width;
    int y = start / width;
    int came = 4;
    double twice = 0;
    for (int step = 0; step < 8 * part.length; step++) {
      for (int turn = 1; turn <= 8; turn++) {
        int direction = (came + turn) % 8;
        int nextX = x + dx[direction];
        int nextY = y + dy[direction];
        boolean inside =
            nextX >= 0
                && nextX < width
                && nextY >= 0
                && nextY < part.length / width
                && part[nextY * width + nextX];
        if (inside) {
          twice += x * nextY - nextX * y;
          x = nextX;
          y = nextY;
          came = (direction + 4) % 8;
          break;
        }
      }
      if (y * width + x == start && firstStepAgain(part, width, start, came)) {
        break;
      }
    }
    return Math.abs(twice) / 2;
  }

  /** Whether the walk would go on from its first cell as it began. */
  private static boolean firstStepAgain(boolean[] part, int width, int start, int came) {
    return next(part, width, start, came) == next(part, width, start, 4);
  }

  private static int next(boolean[] part, int width, int cell, int came) {
    int[] dx = {1, 1, 0, -1, -1, -1, 0, 1};
    int[] dy = {0, 1, 1, 1, 0, -1, -1, -1};
    for (int turn = 1; turn <= 8; turn++) {
      int direction = (came + turn) % 8;
      int x = cell % width + dx[direction];
      int y = cell / width + dy[direction];
      if (x >= 0 && x < width && y >= 0 && y < part.length / width && part[y * width + x]) {
        return direction;
      }
    }
    return -1;
  }
}
