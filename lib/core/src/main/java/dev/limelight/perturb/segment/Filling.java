package dev.limelight.perturb.segment;

import dev.limelight.method.Origin;
import dev.limelight.segment.ColourPlanes;
import dev.limelight.segment.GaussianBlur;
import dev.limelight.segment.Segments;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is shown instead of the segments that are hidden. */
enum Filling {
  /** The picture, blurred by a Gaussian of a sixteenth of its shorter side. */
  BLUR("the blurred picture"),
  /** The mean colour of each segment. */
  MEAN("the segment's mean colour"),
  /** The grey halfway between black and white. */
  GREY("grey"),
  /** Black. */
  BLACK("black"),
  /** White. */
  WHITE("white");

  private final String words;

  Filling(String words) {
    this.words = words;
  }

  /** What it is in a sentence. */
  String words() {
    return words;
  }

  /**
   * The filling of that name.
   *
   * @param method that has it as an argument, with which a refusal begins
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  static Filling named(String method, String name) {
    for (Filling one : values()) {
      if (one.toString().equals(name)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        method
            + " has no baseline '"
            + name
            + "'; there are "
            + Arrays.stream(values()).map(Filling::toString).collect(Collectors.joining(", ")));
  }

  /**
   * The filling of one input.
   *
   * @param input (channels, height, width)
   * @return of the same shape
   */
  float[] of(float[] input, int channels, Segments segments, Origin origin) {
    return switch (this) {
      case BLUR -> blurred(input, channels, segments);
      case MEAN -> means(input, channels, segments);
      case GREY -> even(input, channels, origin.grey(0.5f, input, channels));
      case BLACK -> even(input, channels, origin.grey(0, input, channels));
      case WHITE -> even(input, channels, origin.grey(1, input, channels));
    };
  }

  private static float[] even(float[] input, int channels, float[] colour) {
    float[] result = new float[input.length];
    int pixels = input.length / channels;
    for (int c = 0; c < channels; c++) {
      Arrays.fill(result, c * pixels, (c + 1) * pixels, colour[c]);
    }
    return result;
  }

  private static float[] blurred(float[] input, int channels, Segments segments) {
    double[] values = new double[input.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = input[i];
    }
    double deviation = Math.min(segments.width(), segments.height()) / 16.0;
    double[] blurred =
        GaussianBlur.of(
            new ColourPlanes(channels, segments.width(), segments.height(), values), deviation);
    float[] result = new float[input.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) blurred[i];
    }
    return result;
  }

  /** Where segments overlap, the mean of the last. */
  private static float[] means(float[] input, int channels, Segments segments) {
    float[] result = new float[input.length];
    int size = input.length / channels;
    for (int segment = 0; segment < segments.count(); segment++) {
      int[] pixels = segments.pixels(segment);
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int pixel : pixels) {
          sum += input[c * size + pixel];
        }
        for (int pixel : pixels) {
          result[c * size + pixel] = (float) (sum / pixels.length);
        }
      }
    }
    return result;
  }

  /** In lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
