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
   * The picture blurred by a Gaussian of 11 x 11 pixels with a deviation of 5, as for 224 pixels in
   * Petsiuk et al. 2018, and in proportion where it is larger; where it is smaller that would leave
   * the object to be seen. At the border the weights that are there are scaled to sum to 1, where
   * the paper's code goes on with 0.
   */
  BLUR {
    @Override
    float[] plane(float[] plane, int width, int height) {
      int radius = Math.max(5, Math.round(5f * Math.min(width, height) / 224));
      return transposed(
          blurredRows(transposed(blurredRows(plane, width, radius), width), height, radius),
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

  private static float[] blurredRows(float[] plane, int width, int radius) {
    double[] weights = new double[2 * radius + 1];
    for (int i = 0; i < weights.length; i++) {
      double distance = (i - radius) / (double) radius;
      weights[i] = Math.exp(-distance * distance / 2);
    }
    float[] result = new float[plane.length];
    for (int location = 0; location < plane.length; location++) {
      int x = location % width;
      double sum = 0;
      double total = 0;
      for (int other = Math.max(0, x - radius); other <= Math.min(width - 1, x + radius); other++) {
        double weight = weights[other - x + radius];
        sum += weight * plane[location - x + other];
        total += weight;
      }
      result[location] = (float) (sum / total);
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
