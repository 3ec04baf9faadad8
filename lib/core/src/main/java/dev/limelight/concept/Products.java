package dev.limelight.concept;

/** Products of plain matrices, row by row; none is stored transposed. */
final class Products {

  private Products() {}

  static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  /** Adds a multiple of another row. */
  static void addScaled(double[] row, double[] other, double factor) {
    if (factor == 0) {
      return;
    }
    for (int i = 0; i < row.length; i++) {
      row[i] += factor * other[i];
    }
  }

  /** {@code A B^T}. */
  static double[][] timesTransposed(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        product[i][j] = dot(a[i], b[j]);
      }
    }
    return product;
  }

  /** {@code A^T B}. */
  static double[][] transposedTimes(double[][] a, double[][] b) {
    double[][] product = new double[a[0].length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < product.length; j++) {
        addScaled(product[j], b[i], a[i][j]);
      }
    }
    return product;
  }

  /** {@code A A^T}. */
  static double[][] gram(double[][] a) {
    return timesTransposed(a, a);
  }

  static double[][] transposed(double[][] a) {
    double[][] result = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < result.length; j++) {
        result[j][i] = a[i][j];
      }
    }
    return result;
  }
}
