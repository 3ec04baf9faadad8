package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Bilinear;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A filter of the rows of planes and then of their columns: two small matrix products, the same on
 * every engine.
 */
@API(status = Status.INTERNAL)
public final class SeparableConvolution {

  private SeparableConvolution() {}

  /**
   * {@code R P C^T} of each plane P.
   *
   * @param rows R, (H, h)
   * @param planes (M, h, w)
   * @param columns C, (W, w)
   * @return (M, H, W)
   */
  public static NDArray apply(float[][] rows, NDArray planes, float[][] columns) {
    Shape shape = planes.getShape();
    long m = shape.get(0);
    long h = shape.get(1);
    long w = shape.get(2);
    NDManager scope = planes.getManager();
    NDArray wide = planes.reshape(m * h, w).matMul(transposed(scope, columns));
    NDArray turned = wide.reshape(m, h, columns.length).transpose(0, 2, 1);
    NDArray high = turned.reshape(m * columns.length, h).matMul(transposed(scope, rows));
    return high.reshape(m, columns.length, rows.length).transpose(0, 2, 1);
  }

  private static NDArray transposed(NDManager scope, float[][] matrix) {
    int n = matrix.length;
    float[] all = new float[n * matrix[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = matrix[i % n][i / n];
    }
    return NativeArrays.of(scope, all, new Shape(matrix[0].length, n));
  }

  /** Linear interpolation to another size, the corners kept in their places: (to, from). */
  public static float[][] enlargement(int from, int to) {
    float[][] matrix = new float[to][from];
    for (int i = 0; i < to; i++) {
      double position = to == 1 ? 0 : (double) i * (from - 1) / (to - 1);
      int left = Math.min((int) position, from - 1);
      int right = Math.min(left + 1, from - 1);
      matrix[i][left] += (float) (1 - (position - left));
      matrix[i][right] += (float) (position - left);
    }
    return matrix;
  }

  /** Linear interpolation to another size, as {@link Bilinear} does it: (to, from). */
  public static float[][] bilinear(int from, int to) {
    float[][] matrix = new float[to][from];
    for (int j = 0; j < from; j++) {
      float[] single = new float[from];
      single[j] = 1;
      float[] column = Bilinear.resize(single, from, 1, to, 1);
      for (int i = 0; i < to; i++) {
        matrix[i][j] = column[i];
      }
    }
    return matrix;
  }

  /**
   * Cubic interpolation to a larger size: half-pixel centres, clamped edges, and the slope of
   * PyTorch and OpenCV, -0.75: (to, from).
   */
  public static float[][] bicubic(int from, int to) {
    float[][] matrix = new float[to][from];
    for (int i = 0; i < to; i++) {
      double position = (i + 0.5) * from / to - 0.5;
      int floor = (int) Math.floor(position);
      for (int j = floor - 1; j <= floor + 2; j++) {
        int clamped = Math.max(0, Math.min(from - 1, j));
        matrix[i][clamped] += (float) cubic(Math.abs(position - j));
      }
    }
    return matrix;
  }

  private static double cubic(double distance) {
    return distance <= 1
        ? (1.25 * distance - 2.25) * distance * distance + 1
        : -0.75 * (((distance - 5) * distance + 8) * distance - 4);
  }

  /** Three neighbours, weighted; outside it is 0, or as the edge is: (size, size). */
  public static float[][] neighbours(int size, boolean clamped, float... weights) {
    float[][] matrix = new float[size][size];
    for (int i = 0; i < size; i++) {
      for (int step = -1; step <= 1; step++) {
        int j = i + step;
        if (clamped) {
          j = Math.max(0, Math.min(size - 1, j));
        }
        if (j >= 0 && j < size) {
          matrix[i][j] += weights[step + 1];
        }
      }
    }
    return matrix;
  }
}
