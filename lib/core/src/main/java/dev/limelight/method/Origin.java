package dev.limelight.method;

import dev.limelight.model.input.PixelValues;
import dev.limelight.segment.ColourPlanes;
import dev.limelight.segment.Frame;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of a batch come from.
 *
 * @param values how colours became numbers, or null where that is not known
 * @param frames the pictures, or none where ready tensors are explained
 */
@API(status = Status.INTERNAL)
public record Origin(@Nullable PixelValues values, List<Frame> frames) {

  /** Numbers of which nothing more is known. */
  public static final Origin UNKNOWN = new Origin(null, List.of());

  /** Keeps its own list. */
  public Origin {
    frames = List.copyOf(frames);
  }

  /** That of changed copies: black is the same, and their place in a picture is not. */
  Origin ofCopies() {
    return new Origin(values, List.of());
  }

  /** The frame of a picture, or null where there is none. */
  public @Nullable Frame frame(int picture) {
    return frames.isEmpty() ? null : frames.get(picture);
  }

  /**
   * The colours of one input; where it is not known how they became numbers, all of the numbers
   * together stretched to [0, 1].
   *
   * @param input (channels, height, width)
   */
  public ColourPlanes colours(float[] input, int channels, int width, int height) {
    if (values == null || values.channels() != channels) {
      return ColourPlanes.stretched(channels, width, height, input);
    }
    float[] colours = values.colours(input);
    double[] planes = new double[colours.length];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = colours[i];
    }
    return new ColourPlanes(3, width, height, planes);
  }

  /**
   * The numbers of a grey pixel, one a channel; where they are not known, between the least and the
   * largest number of the input.
   *
   * @param level from 0 for black to 1 for white
   */
  public float[] grey(float level, float[] input, int channels) {
    if (values != null && values.channels() == channels) {
      return values.of(new float[] {level, level, level});
    }
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : input) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    float[] grey = new float[channels];
    Arrays.fill(grey, least + level * (most - least));
    return grey;
  }
}
