package dev.limelight.metric;

/** SSIM of planes of one size in [0, 1], as {@link Similarity#ssim} defines it. */
final class StructuralSimilarity {

  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;
  private static final int WINDOW = 11;
  private static final double DEVIATION = 1.5;

  private final int width;
  private final int height;
  private final double[] weights;

  StructuralSimilarity(int width, int height) {
    this.width = width;
    this.height = height;
    int size = Math.min(WINDOW, Math.min(width, height));
    weights = gaussian(size % 2 == 0 ? size - 1 : size);
  }

  private static double[] gaussian(int size) {
    double[] weights = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double distance = (i - size / 2) / DEVIATION;
      weights[i] = Math.exp(-distance * distance / 2);
      sum += weights[i];
    }
    for (int i = 0; i < size; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  double mean(double[] one, double[] other) {
    double[] m = smooth(one);
    double[] n = smooth(other);
    double[] squares = smooth(product(one, one));
    double[] otherSquares = smooth(product(other, other));
    double[] products = smooth(product(one, other));
    double sum = 0;
    for (int i = 0; i < m.length; i++) {
      double v = squares[i] - m[i] * m[i];
      double w = otherSquares[i] - n[i] * n[i];
      double s = products[i] - m[i] * n[i];
      double level = (2 * m[i] * n[i] + C1) / (m[i] * m[i] + n[i] * n[i] + C1);
      sum += level * (2 * s + C2) / (v + w + C2);
    }
    return sum / m.length;
  }

  private static double[] product(double[] one, double[] other) {
    double[] product = new double[one.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = one[i] * other[i];
    }
    return product;
  }

  /** The weighted mean inside each window: along rows, then along columns. */
  private double[] smooth(double[] plane) {
    int across = width - weights.length + 1;
    int down = height - weights.length + 1;
    double[] rows = new double[across * height];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < weights.length; k++) {
        rows[i] += weights[k] * plane[i / across * width + i % across + k];
      }
    }
    double[] windows = new double[across * down];
    for (int i = 0; i < windows.length; i++) {
      for (int k = 0; k < weights.length; k++) {
        windows[i] += weights[k] * rows[i + k * across];
      }
    }
    return windows;
  }
}
