package dev.limelight.image;

/** Resizing of photos: bicubic when enlarged, averaged over the whole source pixel when reduced. */
final class Resample {

  private Resample() {}

  /** Resizes 0xRRGGBB pixels. */
  static int[] resize(int[] rgb, int width, int height, int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return rgb.clone();
    }
    Weights across = new Weights(width, newWidth);
    Weights down = new Weights(height, newHeight);
    float[] wide = new float[Math.multiplyExact(3, Math.multiplyExact(newWidth, height))];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < newWidth; x++) {
        float r = 0;
        float g = 0;
        float b = 0;
        float[] weights = across.weights[x];
        int from = across.first[x];
        for (int i = 0; i < weights.length; i++) {
          int color = rgb[y * width + from + i];
          r += weights[i] * (color >> 16 & 255);
          g += weights[i] * (color >> 8 & 255);
          b += weights[i] * (color & 255);
        }
        int at = 3 * (y * newWidth + x);
        wide[at] = r;
        wide[at + 1] = g;
        wide[at + 2] = b;
      }
    }
    int[] result = new int[Math.multiplyExact(newWidth, newHeight)];
    for (int y = 0; y < newHeight; y++) {
      float[] weights = down.weights[y];
      int from = down.first[y];
      for (int x = 0; x < newWidth; x++) {
        float r = 0;
        float g = 0;
        float b = 0;
        for (int i = 0; i < weights.length; i++) {
          int at = 3 * ((from + i) * newWidth + x);
          r += weights[i] * wide[at];
          g += weights[i] * wide[at + 1];
          b += weights[i] * wide[at + 2];
        }
        result[y * newWidth + x] = clamp(r) << 16 | clamp(g) << 8 | clamp(b);
      }
    }
    return result;
  }

  private static int clamp(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }

  /** For each new position the first old one and the weights from there on, which sum to 1. */
  private static final class Weights {
    final int[] first;
    final float[][] weights;

    Weights(int size, int newSize) {
      first = new int[newSize];
      weights = new float[newSize][];
      double scale = (double) size / newSize;
      double stretch = Math.max(1, scale);
      for (int i = 0; i < newSize; i++) {
        double centre = (i + 0.5) * scale;
        int from = Math.max(0, (int) Math.floor(centre - 2 * stretch));
        int to = Math.min(size, (int) Math.ceil(centre + 2 * stretch));
        float[] row = new float[to - from];
        double sum = 0;
        for (int j = from; j < to; j++) {
          double weight = cubic((j + 0.5 - centre) / stretch);
          row[j - from] = (float) weight;
          sum += weight;
        }
        for (int j = 0; j < row.length; j++) {
          row[j] /= (float) sum;
        }
        first[i] = from;
        weights[i] = row;
      }
    }

    /** Catmull and Rom's cubic. */
    private static double cubic(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  }
}
