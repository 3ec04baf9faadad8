package dev.limelight.enlarge;

/**
 * Means over square windows, which are cut off at the border, by running sums.
 *
 * @param width of the planes
 * @param height of the planes
 * @param reach of a window to each side of its middle
 */
record Windows(int width, int height, int reach) {

  double[] mean(float[] plane) {
    double[] wide = new double[plane.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = plane[i];
    }
    return mean(wide);
  }

  /** The mean around each pixel, row by row. */
  double[] mean(double[] plane) {
    double[] rows = new double[plane.length];
    for (int row = 0; row < height; row++) {
      int start = row * width;
      double sum = 0;
      for (int x = 0; x < Math.min(reach, width); x++) {
        sum += plane[start + x];
      }
      for (int x = 0; x < width; x++) {
        sum += x + reach < width ? plane[start + x + reach] : 0;
        sum -= x - reach > 0 ? plane[start + x - reach - 1] : 0;
        rows[start + x] = sum / count(x, width);
      }
    }
    return columns(rows);
  }

  /** All columns at once, row after row. */
  private double[] columns(double[] rows) {
    double[] result = new double[rows.length];
    double[] sums = new double[width];
    for (int y = 0; y < Math.min(reach, height); y++) {
      add(sums, rows, y, 1);
    }
    for (int y = 0; y < height; y++) {
      if (y + reach < height) {
        add(sums, rows, y + reach, 1);
      }
      if (y - reach > 0) {
        add(sums, rows, y - reach - 1, -1);
      }
      int count = count(y, height);
      for (int x = 0; x < width; x++) {
        result[y * width + x] = sums[x] / count;
      }
    }
    return result;
  }

  private void add(double[] sums, double[] rows, int y, int sign) {
    for (int x = 0; x < width; x++) {
      sums[x] += sign * rows[y * width + x];
    }
  }

  private int count(int place, int length) {
    return Math.min(place, reach) + 1 + Math.min(length - 1 - place, reach);
  }

  /** {@code mean(u v) - mean(u) mean(v)} around each pixel. */
  double[] covariance(float[] u, double[] meanOfU, float[] v, double[] meanOfV) {
    double[] products = new double[u.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = (double) u[i] * v[i];
    }
    double[] means = mean(products);
    for (int i = 0; i < means.length; i++) {
      means[i] -= meanOfU[i] * meanOfV[i];
    }
    return means;
  }
}
