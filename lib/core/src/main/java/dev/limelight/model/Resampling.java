package dev.limelight.model;

/**
 * Resizing along one axis with a triangle filter as wide as the step, as Pillow and torchvision do:
 * bilinear when enlarging, and without aliasing when making smaller. Places outside the picture are
 * half grey.
 */
final class Resampling {

  private static final float OUTSIDE = 0.5f;

  private final int[] first;
  private final float[][] weights;
  private final float[] missing;
  private final int length;

  private Resampling(int length, int[] first, float[][] weights, float[] missing) {
    this.length = length;
    this.first = first;
    this.weights = weights;
    this.missing = missing;
  }

  /**
   * Plans the resizing.
   *
   * @param length pixels of the source
   * @param size pixels of the result
   * @param start where the result begins in the source
   * @param extent how much of the source it covers
   */
  static Resampling of(int length, int size, double start, double extent) {
    double step = extent / size;
    double reach = Math.max(step, 1);
    int[] first = new int[size];
    float[][] weights = new float[size][];
    float[] missing = new float[size];
    for (int i = 0; i < size; i++) {
      double centre = start + (i + 0.5) * step;
      if (centre < 0 || centre > length) {
        weights[i] = new float[0];
        missing[i] = OUTSIDE;
        continue;
      }
      int from = Math.max(0, (int) Math.floor(centre - reach));
      int to = Math.min(length - 1, (int) Math.ceil(centre + reach));
      first[i] = from;
      weights[i] = new float[to - from + 1];
      double total = 0;
      for (int j = from; j <= to; j++) {
        double weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
        weights[i][j - from] = (float) weight;
        total += weight;
      }
      for (int j = 0; j < weights[i].length; j++) {
        weights[i][j] /= (float) total;
      }
    }
    return new Resampling(length, first, weights, missing);
  }

  /** Resizes each row of a picture of that height. */
  float[] rows(float[] source, int height) {
    int size = first.length;
    float[] result = new float[size * height];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < size; i++) {
        float sum = missing[i];
        for (int j = 0; j < weights[i].length; j++) {
          sum += weights[i][j] * source[y * length + first[i] + j];
        }
        result[y * size + i] = sum;
      }
    }
    return result;
  }

  /** Resizes each column of a picture of that width. */
  float[] columns(float[] source, int width) {
    int size = first.length;
    float[] result = new float[size * width];
    for (int i = 0; i < size; i++) {
      for (int x = 0; x < width; x++) {
        float sum = missing[i];
        for (int j = 0; j < weights[i].length; j++) {
          sum += weights[i][j] * source[(first[i] + j) * width + x];
        }
        result[i * width + x] = sum;
      }
    }
    return result;
  }
}
