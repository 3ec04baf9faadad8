package dev.limelight.method;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * The largest eigenvalue of a symmetric matrix and its eigenvector, by Lanczos' method.
 *
 * @param value the eigenvalue
 * @param vector of length 1; its sign is arbitrary
 */
@API(status = Status.INTERNAL)
public record LargestEigenvalue(double value, double[] vector) {

  /** The dimension of the Krylov space, and how often it is built anew from the best vector. */
  private static final int STEPS = 32;

  private static final int ROUNDS = 20;
  private static final double ENOUGH = 1e-7;

  /**
   * Of a matrix by its rows.
   *
   * @param matrix symmetric, with one row or more
   */
  public static LargestEigenvalue of(double[][] matrix) {
    int n = matrix.length;
    SplittableRandom random = new SplittableRandom(0);
    double[] start = random.doubles(n, -1, 1).toArray();
    LargestEigenvalue best = new LargestEigenvalue(0, new double[n]);
    for (int round = 0; round < ROUNDS; round++) {
      best = krylov(matrix, start);
      double[] image = times(matrix, best.vector());
      subtract(image, best.value(), best.vector());
      if (norm(image) <= ENOUGH * Math.abs(best.value())) {
        break;
      }
      start = best.vector();
    }
    return best;
  }

  private static LargestEigenvalue krylov(double[][] matrix, double[] start) {
    int n = start.length;
    int limit = Math.min(STEPS, n);
    double[][] basis = new double[limit][];
    double[] diagonal = new double[limit];
    double[] offDiagonal = new double[limit];
    double[] next = start;
    double scale = 1e-20;
    int size = 0;
    while (size < limit) {
      double length = norm(next);
      if (length <= 1e-12 * scale) {
        break;
      }
      if (size > 0) {
        offDiagonal[size - 1] = length;
      }
      basis[size] = scaled(next, 1 / length);
      next = times(matrix, basis[size]);
      scale = size == 0 ? norm(next) : scale;
      diagonal[size] = dot(next, basis[size]);
      // Twice against all: rounding brings back what was removed once.
      for (int again = 0; again < 2; again++) {
        for (int j = 0; j <= size; j++) {
          subtract(next, dot(next, basis[j]), basis[j]);
        }
      }
      size++;
    }
    double[] weights = first(Arrays.copyOf(diagonal, size), Arrays.copyOf(offDiagonal, size - 1));
    double[] vector = new double[n];
    for (int j = 0; j < size; j++) {
      subtract(vector, -weights[j], basis[j]);
    }
    return new LargestEigenvalue(dot(vector, times(matrix, vector)), vector);
  }

  /** The eigenvector of the largest eigenvalue of a small tridiagonal matrix. */
  private static double[] first(double[] diagonal, double[] offDiagonal) {
    // The eigenvalues are in descending order.
    return new EigenDecompositionSymmetric(diagonal, offDiagonal).getEigenvector(0).toArray();
  }

  private static double[] times(double[][] matrix, double[] vector) {
    return Arrays.stream(matrix).mapToDouble(row -> dot(row, vector)).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double[] scaled(double[] vector, double factor) {
    return Arrays.stream(vector).map(value -> value * factor).toArray();
  }

  /** {@code a - factor b}, in place. */
  private static void subtract(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] -= factor * b[i];
    }
  }
}
