package dev.limelight.metric;

import java.util.Arrays;

/** The values of removed pixels. */
public enum Imputer {
  /** 0 of the preprocessed picture, which for most networks is the mean colour of all pictures. */
  ZERO {
    @Override
    float[] plane(float[] plane, int width, int height) {
      return new float[plane.length];
    }
  },

  /** The mean of each channel of the picture. */
  MEAN {
    @Override
    float[] plane(float[] plane, int width, int height) {
      double sum = 0;
      for (float value : plane) {
        sum += value;
      }
      float[] mean = new float[plane.length];
      Arrays.fill(mean, (float) (sum / plane.length));
      return mean;
    }
  },

  /**
   * The picture blurred as in the code of Petsiuk et al. 2018 for 224 pixels: by a point of 11 x 11
   * pixels that a Gaussian with a deviation of 5 has spread between reflecting borders, which is
   * nearly a box, 0.00883 in the middle and 0.00774 at the corners. Beyond the border of the
   * picture is 0. Both sizes grow in proportion where the picture is larger; where it is smaller
   * they stay, as less would leave the object to be seen.
   */
  BLUR {
    @Override
    float[] plane(float[] plane, int width, int height) {
      double[] kernel = kernel(Math.max(5, Math.round(5f * Math.min(width, height) / 224)));
      return transposed(
          blurredRows(transposed(blurredRows(plane, width, kernel), width), height, kernel),
          height);
    }
  };

  /**
   * The picture with all pixels replaced.
   *
   * @param input (3, height, width), preprocessed; left unchanged
   * @return of the same shape
   */
  public float[] of(float[] input, int width, int height) {
    int size = width * height;
    float[] result = new float[input.length];
    for (int from = 0; from < input.length; from += size) {
      float[] plane = plane(Arrays.copyOfRange(input, from, from + size), width, height);
      System.arraycopy(plane, 0, result, from, size);
    }
    return result;
  }

  abstract float[] plane(float[] plane, int width, int height);

  /** A point in the middle of a row, spread by a Gaussian of four deviations that is reflected. */
  private static double[] kernel(int radius) {
    int length = 2 * radius + 1;
    double[] kernel = new double[length];
    double total = 0;
    for (int step = -4 * radius; step <= 4 * radius; step++) {
      double weight = Math.exp(-step * (double) step / (2.0 * radius * radius));
      total += weight;
      int reached = Math.floorMod(radius + step, 2 * length);
      kernel[Math.min(reached, 2 * length - 1 - reached)] += weight;
    }
    for (int i = 0; i < length; i++) {
      kernel[i] /= total;
    }
    return kernel;
  }

  private static float[] blurredRows(float[] plane, int width, double[] kernel) {
    int radius = kernel.length / 2;
    float[] result = new float[plane.length];
    for (int location = 0; location < plane.length; location++) {
      int x = location % width;
      double sum = 0;
      for (int other = Math.max(0, x - radius); other <= Math.min(width - 1, x + radius); other++) {
        sum += kernel[other - x + radius] * plane[location - x + other];
      }
      result[location] = (float) sum;
    }
    return result;
  }

  /** Columns as rows. */
  private static float[] transposed(float[] plane, int width) {
    int height = plane.length / width;
    float[] result = new float[plane.length];
    for (int i = 0; i < plane.length; i++) {
      result[i % width * height + i / width] = plane[i];
    }
    return result;
  }
}
