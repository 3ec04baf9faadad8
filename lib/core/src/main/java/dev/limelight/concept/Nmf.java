package dev.limelight.concept;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A non-negative matrix factorisation {@code A = U W} of n rows with p columns: U holds the
 * coefficients of each row, (n, k), and W the k parts, (k, p), each of length 1. Neither has a
 * negative value. By hierarchical alternating least squares, in which each part is fitted exactly
 * to what the others leave, from a start that the largest singular vectors give. The same rows give
 * the same result.
 *
 * @param coefficients U, in the units of A
 * @param parts W; a part is all zero where fewer than k are enough
 * @param error {@code |A - U W| / |A|} by Frobenius' norm, from 0 to 1
 * @see <a href="https://doi.org/10.1587/transfun.E92.A.708">Cichocki and Phan 2009, Fast Local
 *     Algorithms for Large Scale Nonnegative Matrix and Tensor Factorizations</a>
 */
record Nmf(double[][] coefficients, double[][] parts, double error) {

  private static final int MOST_ROUNDS = 200;

  /** A round that explains less of the sum of squares than this is the last one. */
  private static final double SMALLEST_GAIN = 1e-6;

  /**
   * Factorises.
   *
   * @param rows A, without negative values
   * @param k how many parts
   * @throws IllegalArgumentException if a value is negative, all are 0, or there are fewer rows or
   *     columns than parts
   */
  static Nmf of(double[][] rows, int k) {
    double total = checked(rows, k);
    Nndsvd start = Nndsvd.of(rows, k);
    double[][] u = start.coefficients();
    double[][] w = start.parts();
    double before = Double.POSITIVE_INFINITY;
    double left = total;
    for (int round = 0; round < MOST_ROUNDS && before - left > SMALLEST_GAIN * total; round++) {
      before = left;
      LeastSquares.improve(u, Products.timesTransposed(rows, w), Products.gram(w));
      double[][] projected = Products.transposedTimes(u, rows);
      double[][] gram = Products.gram(Products.transposed(u));
      improveParts(w, projected, gram);
      left = squaredError(total, w, projected, gram);
    }
    for (int j = 0; j < k; j++) {
      double length = Math.sqrt(Products.dot(w[j], w[j]));
      for (int c = 0; c < w[j].length && length > 0; c++) {
        w[j][c] /= length;
      }
      for (double[] row : u) {
        row[j] *= length;
      }
    }
    return new Nmf(u, w, Math.sqrt(Math.max(0, left) / total));
  }

  /** The same with the parts that have the largest sums of squares first. */
  Nmf largestFirst() {
    double[] sizes = new double[parts.length];
    for (double[] row : coefficients) {
      for (int j = 0; j < sizes.length; j++) {
        sizes[j] += row[j] * row[j];
      }
    }
    return only(
        IntStream.range(0, sizes.length)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -sizes[j]))
            .mapToInt(Integer::intValue)
            .toArray());
  }

  /** Those that are not all zero, in their order. */
  Nmf used() {
    return only(
        IntStream.range(0, parts.length)
            .filter(j -> Arrays.stream(parts[j]).anyMatch(value -> value > 0))
            .toArray());
  }

  private Nmf only(int[] chosen) {
    return new Nmf(
        Arrays.stream(coefficients)
            .map(row -> Arrays.stream(chosen).mapToDouble(j -> row[j]).toArray())
            .toArray(double[][]::new),
        Arrays.stream(chosen).mapToObj(j -> parts[j]).toArray(double[][]::new),
        error);
  }

  private static double checked(double[][] rows, int k) {
    if (k < 1 || rows.length < k || rows[0].length < k) {
      throw new IllegalArgumentException(
          "a factorisation into "
              + k
              + " parts needs at least that many rows and columns, and at least one part, but got "
              + rows.length
              + " rows of "
              + (rows.length == 0 ? 0 : rows[0].length));
    }
    double total = 0;
    for (double[] row : rows) {
      for (double value : row) {
        if (!(value >= 0) || Double.isInfinite(value)) {
          throw new IllegalArgumentException(
              "a non-negative factorisation needs values from 0 on, but got " + value);
        }
        total += value * value;
      }
    }
    if (total == 0) {
      throw new IllegalArgumentException("all values are 0, so there is nothing to factorise");
    }
    return total;
  }

  /** One round over the parts, each of which is fitted to what the others leave. */
  private static void improveParts(double[][] w, double[][] projected, double[][] gram) {
    for (int j = 0; j < w.length; j++) {
      double own = gram[j][j];
      if (own == 0) {
        Arrays.fill(w[j], 0);
        continue;
      }
      double[] step = projected[j].clone();
      for (int l = 0; l < w.length; l++) {
        Products.addScaled(step, w[l], -gram[j][l]);
      }
      for (int c = 0; c < step.length; c++) {
        w[j][c] = Math.max(0, w[j][c] + step[c] / own);
      }
    }
  }

  /** {@code |A|^2 - 2 <U^T A, W> + <U^T U, W W^T>}. */
  private static double squaredError(
      double total, double[][] w, double[][] projected, double[][] gram) {
    double[][] parts = Products.gram(w);
    double error = total;
    for (int j = 0; j < w.length; j++) {
      error += Products.dot(gram[j], parts[j]) - 2 * Products.dot(projected[j], w[j]);
    }
    return error;
  }
}
