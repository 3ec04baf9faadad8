package dev.limelight.enlarge;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * The picture whose edges an enlarged map follows, in [0, 1] over all its channels.
 *
 * @param channels its colours
 * @param width in pixels
 * @param height in pixels
 * @param values channel by channel, row by row
 */
record Guide(int channels, int width, int height, float[] values) {

  /** One picture of a preprocessed batch, (N, C, H, W), from its least value to its largest. */
  static Guide of(NDArray pictures, int index) {
    Shape shape = pictures.getShape();
    int channels = (int) shape.get(1);
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    float[] values;
    try (NDArray one = pictures.get(index)) {
      values = one.toFloatArray();
    }
    return new Guide(channels, width, height, spread(values));
  }

  private static float[] spread(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (!(most > least)) {
      // Without edges there is nothing to follow.
      return new float[values.length];
    }
    double range = (double) most - least;
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) ((values[i] - least) / range);
    }
    return result;
  }

  int pixels() {
    return width * height;
  }

  /** One channel, row by row. */
  float[] channel(int channel) {
    return Arrays.copyOfRange(values, channel * pixels(), (channel + 1) * pixels());
  }
}
