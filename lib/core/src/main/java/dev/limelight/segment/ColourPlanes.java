package dev.limelight.segment;

import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The colours in which a picture is divided.
 *
 * @param channels red, green and blue where there are three
 * @param width in pixels
 * @param height in pixels
 * @param values in [0, 1], channel by channel, row by row; not copied
 */
@API(status = Status.INTERNAL)
public record ColourPlanes(int channels, int width, int height, double[] values) {

  /** Checks the size. */
  public ColourPlanes {
    if (channels < 1 || values.length != (long) channels * width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d channels of %d x %d pixels are %d values, but got %d",
              channels,
              width,
              height,
              (long) channels * width * height,
              values.length));
    }
  }

  /** Values of any range, moved and scaled together so that they reach from 0 to 1. */
  public static ColourPlanes stretched(int channels, int width, int height, float[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double range = most > least ? most - least : 1;
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (values[i] - least) / range;
    }
    return new ColourPlanes(channels, width, height, result);
  }

  /** The number of pixels. */
  int pixels() {
    return width * height;
  }

  /** The same values, moved and scaled together so that they reach from one number to another. */
  public ColourPlanes between(double from, double to) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double range = most > least ? most - least : 1;
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (values[i] - least) / range * (to - from) + from;
    }
    return new ColourPlanes(channels, width, height, result);
  }
}
