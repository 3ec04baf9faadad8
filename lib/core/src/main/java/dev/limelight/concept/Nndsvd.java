package dev.limelight.concept;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;

/**
 * Where a factorisation begins: of each of the largest singular vectors the positive or the
 * negative half, whichever is larger. The singular vectors are those of a random subspace that is
 * multiplied by {@code A A^T} a few times (Halko et al. 2011), with a fixed seed.
 *
 * @param coefficients (n, k)
 * @param parts (k, p)
 * @see <a href="https://doi.org/10.1016/j.patcog.2007.09.010">Boutsidis and Gallopoulos 2008, SVD
 *     Based Initialization: A Head Start for Nonnegative Matrix Factorization</a>
 */
record Nndsvd(double[][] coefficients, double[][] parts) {

  private static final int MORE_VECTORS = 8;
  private static final int ROUNDS = 6;

  static Nndsvd of(double[][] rows, int k) {
    int size = Math.min(k + MORE_VECTORS, Math.min(rows.length, rows[0].length));
    Random random = new Random(0);
    double[][] right = new double[size][rows[0].length];
    for (double[] vector : right) {
      Arrays.setAll(vector, i -> random.nextGaussian());
    }
    double[][] left = new double[0][];
    for (int round = 0; round < ROUNDS; round++) {
      orthonormalise(right);
      left = Products.timesTransposed(right, rows);
      orthonormalise(left);
      right = Products.transposedTimes(Products.transposed(left), rows);
    }
    // Now left is Q^T, (size, n), and right Q^T A.
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(Products.gram(right)));
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i)))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] coefficients = new double[rows.length][k];
    double[][] parts = new double[k][];
    for (int j = 0; j < k; j++) {
      double[] mix = eigen.getEigenvector(order[j]).toArray();
      // A singular value times its right vector.
      double[] v = mixed(mix, right);
      double[] u = mixed(mix, left);
      double side = larger(u, v);
      parts[j] = half(v, side);
      double[] own = half(u, side);
      for (int i = 0; i < own.length; i++) {
        coefficients[i][j] = own[i];
      }
    }
    return new Nndsvd(coefficients, parts);
  }

  private static double[] mixed(double[] weights, double[][] vectors) {
    double[] sum = new double[vectors[0].length];
    for (int i = 0; i < weights.length; i++) {
      Products.addScaled(sum, vectors[i], weights[i]);
    }
    return sum;
  }

  /** 1 where the product of the positive halves is larger than that of the negative ones. */
  private static double larger(double[] u, double[] v) {
    double[] positiveU = half(u, 1);
    double[] positiveV = half(v, 1);
    double[] negativeU = half(u, -1);
    double[] negativeV = half(v, -1);
    double positive = Products.dot(positiveU, positiveU) * Products.dot(positiveV, positiveV);
    double negative = Products.dot(negativeU, negativeU) * Products.dot(negativeV, negativeV);
    return positive >= negative ? 1 : -1;
  }

  private static double[] half(double[] vector, double side) {
    return Arrays.stream(vector).map(value -> Math.max(0, side * value)).toArray();
  }

  /** Gram and Schmidt, twice over, so that rounding does not matter. */
  private static void orthonormalise(double[][] vectors) {
    for (int i = 0; i < vectors.length; i++) {
      double before = Math.sqrt(Products.dot(vectors[i], vectors[i]));
      for (int time = 0; time < 2; time++) {
        for (int j = 0; j < i; j++) {
          Products.addScaled(vectors[i], vectors[j], -Products.dot(vectors[i], vectors[j]));
        }
      }
      double length = Math.sqrt(Products.dot(vectors[i], vectors[i]));
      boolean dependent = length <= 1e-12 * before;
      for (int c = 0; c < vectors[i].length; c++) {
        vectors[i][c] = dependent ? 0 : vectors[i][c] / length;
      }
    }
  }
}
