package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** Planes at other sizes and masks of them, in plain doubles, pixel by pixel. */
final class SlowMasks {

  private SlowMasks() {}

  /** How much a source position counts at a distance. */
  private interface Kernel {
    double at(double distance);
  }

  /** Bilinear, half-pixel centres, clamped edges. */
  static double[] bilinear(double[] plane, int w, int width, int height) {
    return resized(plane, w, width, height, distance -> Math.max(0, 1 - distance));
  }

  /** Cubic with the slope of -0.75, half-pixel centres, clamped edges. */
  static double[] bicubic(double[] plane, int w, int width, int height) {
    return resized(
        plane,
        w,
        width,
        height,
        d -> {
          double a = -0.75;
          double cube = Math.pow(d, 3);
          return d <= 1
              ? (a + 2) * cube - (a + 3) * d * d + 1
              : d < 2 ? a * cube - 5 * a * d * d + 8 * a * d - 4 * a : 0;
        });
  }

  private static double[] resized(double[] plane, int w, int width, int height, Kernel kernel) {
    int h = plane.length / w;
    double[] resized = new double[width * height];
    for (int p = 0; p < resized.length; p++) {
      double y = (p / width + 0.5) * h / height - 0.5;
      double x = (p % width + 0.5) * w / width - 0.5;
      int top = (int) Math.floor(y);
      int left = (int) Math.floor(x);
      for (int i = top - 1; i <= top + 2; i++) {
        double down = kernel.at(Math.abs(y - i));
        for (int j = left - 1; j <= left + 2; j++) {
          int source = Math.min(h - 1, Math.max(0, i)) * w + Math.min(w - 1, Math.max(0, j));
          resized[p] += down * kernel.at(Math.abs(x - j)) * plane[source];
        }
      }
    }
    return resized;
  }

  /** The shares of the channels. */
  static double[] shares(double[] u) {
    double sum = Arrays.stream(u).map(Math::exp).sum();
    return Arrays.stream(u).map(value -> Math.exp(value) / sum).toArray();
  }

  /** The channels' positive parts by their shares, [location]. */
  static double[] mixed(double[][] channels, double[] u) {
    double[] shares = shares(u);
    double[] mixed = new double[channels[0].length];
    for (int k = 0; k < channels.length; k++) {
      for (int q = 0; q < mixed.length; q++) {
        mixed[q] += shares[k] * Math.max(0, channels[k][q]);
      }
    }
    return mixed;
  }

  /** The same enlarged and stretched to [0, 1]. */
  static double[] mask(double[][] channels, int w, int width, int height, double[] u) {
    double[] large = bilinear(mixed(channels, u), w, width, height);
    double least = Arrays.stream(large).min().orElseThrow();
    double most = Arrays.stream(large).max().orElseThrow();
    return Arrays.stream(large).map(value -> (value - least) / (most - least)).toArray();
  }

  /**
   * The gradient with respect to u of something whose slopes with respect to the mask are known.
   */
  static double[] gradient(
      double[][] channels, int w, int width, int height, double[] u, double[] slopes) {
    double step = 1e-6;
    double[] gradient = new double[u.length];
    for (int k = 0; k < u.length; k++) {
      double[] above = u.clone();
      above[k] += step;
      double[] below = u.clone();
      below[k] -= step;
      double[] up = mask(channels, w, width, height, above);
      double[] down = mask(channels, w, width, height, below);
      for (int p = 0; p < slopes.length; p++) {
        gradient[k] += slopes[p] * (up[p] - down[p]) / (2 * step);
      }
    }
    return gradient;
  }

  /** One picture's as [channel][location], from (C, h, w). */
  static double[][] channels(NDArray array) {
    float[] values = array.toFloatArray();
    int channels = (int) array.getShape().get(0);
    int locations = values.length / channels;
    double[][] result = new double[channels][locations];
    for (int i = 0; i < values.length; i++) {
      result[i / locations][i % locations] = values[i];
    }
    return result;
  }
}
