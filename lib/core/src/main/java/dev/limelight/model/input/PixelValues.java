package dev.limelight.model.input;

import java.util.Arrays;

/**
 * How colours become the numbers of an input: {@code (scale * v - mean) / std} of v in [0, 1].
 *
 * @param channels 1 for luminance, 3 for colours, 4 for colours and an opaque alpha
 * @param blueFirst whether blue is the first colour instead of red
 * @param scale the value of white, 1 or 255
 * @param mean of each channel, in the order of the channels
 * @param std of each channel, in the order of the channels
 */
public record PixelValues(int channels, boolean blueFirst, float scale, float[] mean, float[] std) {

  /** The weights of red, green and blue in luminance (ITU-R BT.601), as in Pillow and OpenCV. */
  private static final float[] LUMINANCE = {0.299f, 0.587f, 0.114f};

  /** Red, green and blue in [0, 1]. */
  public static final PixelValues PLAIN = plain(3);

  /** Checks the numbers. */
  public PixelValues {
    if (channels < 1) {
      throw new IllegalArgumentException("an input has at least one channel, but got " + channels);
    }
    if (!(scale > 0) || !Float.isFinite(scale)) {
      throw new IllegalArgumentException(
          "the value of white is above zero, such as 1 or 255, but got " + scale);
    }
    if (mean.length != channels || std.length != channels) {
      throw new IllegalArgumentException(
          "mean and std have one value for each of the "
              + channels
              + " channels of the input, but got "
              + mean.length
              + " and "
              + std.length);
    }
    for (int i = 0; i < channels; i++) {
      if (!(std[i] > 0) || !Float.isFinite(std[i]) || !Float.isFinite(mean[i])) {
        throw new IllegalArgumentException(
            "mean is finite and std is above zero, but got " + mean[i] + " and " + std[i]);
      }
    }
    mean = mean.clone();
    std = std.clone();
  }

  /** Whether they are the picture's own bytes, from 0 to 255. */
  public boolean isBytes() {
    PixelValues plain = plain(channels);
    return scale == 255 && Arrays.equals(mean, plain.mean) && Arrays.equals(std, plain.std);
  }

  private static PixelValues plain(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new PixelValues(channels, false, 1, new float[channels], ones);
  }

  /**
   * The same for another number of channels.
   *
   * @throws IllegalArgumentException if mean or std differ between the channels, so that nothing
   *     says what they are now
   */
  public PixelValues withChannels(int count) {
    if (count == channels) {
      return this;
    }
    if (!even(mean) || !even(std)) {
      throw new IllegalArgumentException(
          "mean and std are of "
              + channels
              + " channels and the input has "
              + count
              + "; give one value a channel");
    }
    PixelValues other = plain(count);
    float[] means = other.mean.clone();
    float[] stds = other.std.clone();
    Arrays.fill(means, mean[0]);
    Arrays.fill(stds, std[0]);
    return new PixelValues(count, blueFirst && count >= 3, scale, means, stds);
  }

  private static boolean even(float[] values) {
    for (float value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] std() {
    return std.clone();
  }

  /** Checks that a picture has what the input needs. */
  public void checkPicture() {
    if (channels == 2 || channels > 4) {
      throw new IllegalArgumentException(
          "this network takes "
              + channels
              + " channels, which no picture has; give a ready batch by --tensor or"
              + " Question.of(NDArray)");
    }
  }

  /**
   * Numbers from colours.
   *
   * @param planes red, green and blue in [0, 1], one after the other
   * @return (channels, pixels)
   */
  public float[] of(float[] planes) {
    checkPicture();
    int pixels = planes.length / 3;
    float[] input = new float[channels * pixels];
    for (int c = 0; c < channels; c++) {
      float shift = mean[c];
      float spread = std[c];
      for (int i = 0; i < pixels; i++) {
        float value = value(planes, pixels, c, i);
        input[c * pixels + i] = (scale * value - shift) / spread;
      }
    }
    return input;
  }

  private float value(float[] planes, int pixels, int channel, int i) {
    if (channels == 1) {
      return LUMINANCE[0] * planes[i]
          + LUMINANCE[1] * planes[pixels + i]
          + LUMINANCE[2] * planes[2 * pixels + i];
    }
    return channel == 3 ? 1 : planes[(blueFirst ? 2 - channel : channel) * pixels + i];
  }

  /**
   * Colours from numbers, within [0, 1].
   *
   * @param input (channels, pixels)
   * @return red, green and blue, one after the other
   */
  public float[] colours(float[] input) {
    int pixels = input.length / channels;
    float[] planes = new float[3 * pixels];
    for (int c = 0; c < 3; c++) {
      int from = channels == 1 ? 0 : blueFirst ? 2 - c : c;
      for (int i = 0; i < pixels; i++) {
        float value = (input[from * pixels + i] * std[from] + mean[from]) / scale;
        planes[c * pixels + i] = Math.max(0, Math.min(1, value));
      }
    }
    return planes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelValues that
        && channels == that.channels
        && blueFirst == that.blueFirst
        && scale == that.scale
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mean) * 31 + Arrays.hashCode(std) + channels;
  }

  /** It in words, such as "mean [0.5, 0.5, 0.5], std [0.5, 0.5, 0.5]". */
  @Override
  public String toString() {
    String colours =
        channels == 1
            ? "grey, "
            : channels == 3 ? blueFirst ? "BGR, " : "" : channels + " channels, ";
    return colours
        + (scale == 1
            ? ""
            : "0 to " + (scale == (int) scale ? "" + (int) scale : "" + scale) + ", ")
        + "mean "
        + Arrays.toString(mean)
        + ", std "
        + Arrays.toString(std);
  }
}
