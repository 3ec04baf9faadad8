package dev.limelight.segment;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A Gaussian filter of the columns and then of the rows, cut off at four deviations; beyond the
 * border the picture is mirrored, with its last row and column twice. In the order of additions of
 * SciPy, so that what is computed of it does not differ.
 */
@API(status = Status.INTERNAL)
public final class GaussianBlur {

  private GaussianBlur() {}

  /**
   * Blurs each channel.
   *
   * @param deviation in pixels; at most 0 for none
   */
  public static double[] of(ColourPlanes planes, double deviation) {
    if (!(deviation > 0)) {
      return planes.values().clone();
    }
    double[] kernel = kernel(deviation);
    double[] result = new double[planes.values().length];
    int width = planes.width();
    int height = planes.height();
    int size = planes.pixels();
    for (int c = 0; c < planes.channels(); c++) {
      for (int x = 0; x < width; x++) {
        line(planes.values(), c * size + x, width, height, kernel, result);
      }
    }
    double[] rows = new double[result.length];
    for (int from = 0; from < result.length; from += width) {
      line(result, from, 1, width, kernel, rows);
    }
    return rows;
  }

  /** Half of it: the weight at each distance. */
  private static double[] kernel(double deviation) {
    int radius = (int) (4 * deviation + 0.5);
    double[] kernel = new double[radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      double weight = Math.exp(-0.5 / (deviation * deviation) * i * i);
      kernel[Math.abs(i)] = weight;
      sum += weight;
    }
    for (int i = 0; i <= radius; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  private static void line(
      double[] from, int start, int step, int length, double[] kernel, double[] to) {
    for (int i = 0; i < length; i++) {
      double sum = from[start + i * step] * kernel[0];
      for (int k = kernel.length - 1; k > 0; k--) {
        int before = start + mirrored(i - k, length) * step;
        int after = start + mirrored(i + k, length) * step;
        sum += (from[before] + from[after]) * kernel[k];
      }
      to[start + i * step] = sum;
    }
  }

  private static int mirrored(int index, int length) {
    int within = Math.floorMod(index, 2 * length);
    return Math.min(within, 2 * length - 1 - within);
  }
}
