package dev.limelight.concept;

/**
 * Non-negative least squares with known parts: the u without negative values for which {@code |a -
 * u W|} is smallest, by coordinate descent on the k coefficients.
 *
 * @see <a href="https://doi.org/10.1587/transfun.E92.A.708">Cichocki and Phan 2009</a>
 */
final class LeastSquares {

  private static final int MOST_ROUNDS = 1000;
  private static final double SMALLEST_STEP = 1e-9;

  private LeastSquares() {}

  /**
   * The coefficients of rows.
   *
   * @param rows (n, p)
   * @param parts W, (k, p)
   * @return (n, k)
   */
  static double[][] coefficients(double[][] rows, double[][] parts) {
    double[][] projected = Products.timesTransposed(rows, parts);
    double[][] gram = Products.gram(parts);
    double[][] coefficients = new double[rows.length][parts.length];
    for (int i = 0; i < rows.length; i++) {
      double largest = SMALLEST_STEP;
      double step = Double.POSITIVE_INFINITY;
      for (int round = 0; round < MOST_ROUNDS && step > SMALLEST_STEP * largest; round++) {
        step = improve(coefficients[i], projected[i], gram);
        for (double value : coefficients[i]) {
          largest = Math.max(largest, value);
        }
      }
    }
    return coefficients;
  }

  /** One round over all coefficients of all rows. */
  static void improve(double[][] coefficients, double[][] projected, double[][] gram) {
    for (int i = 0; i < coefficients.length; i++) {
      improve(coefficients[i], projected[i], gram);
    }
  }

  /**
   * One round over the coefficients of a row.
   *
   * @param projected {@code a W^T}
   * @param gram {@code W W^T}
   * @return the largest change
   */
  private static double improve(double[] u, double[] projected, double[][] gram) {
    double largest = 0;
    for (int j = 0; j < u.length; j++) {
      double own = gram[j][j];
      double value =
          own == 0 ? 0 : Math.max(0, u[j] + (projected[j] - Products.dot(u, gram[j])) / own);
      largest = Math.max(largest, Math.abs(value - u[j]));
      u[j] = value;
    }
    return largest;
  }
}
