package dev.limelight.model.input;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The input of a network, as far as it is known; 0 for an unknown length.
 *
 * @param channels how many
 * @param height in pixels
 * @param width in pixels
 * @param channelsLast whether the network itself takes (N, H, W, C)
 * @param type of its numbers
 * @param source what says so, such as "the file"; empty if nothing does
 * @param limits the sizes that it takes where that is not one alone, in words; or empty
 */
public record NetworkInput(
    long channels,
    long height,
    long width,
    boolean channelsLast,
    DataType type,
    String source,
    String limits) {

  /** An input of which nothing is known. */
  public static final NetworkInput UNKNOWN =
      new NetworkInput(0, 0, 0, false, DataType.FLOAT32, "", "");

  /** The longest side that a saved shape may claim; a damaged file claims any. */
  private static final long LONGEST_SIDE = 1 << 14;

  /** The values of a picture of 4,700 x 4,700 pixels. */
  private static final long MOST_VALUES = 1L << 26;

  private static boolean isPicture(Shape shape) {
    return shape.dimension() == 4
        && shape.get(1) <= LONGEST_SIDE
        && isSide(shape.get(2))
        && isSide(shape.get(3))
        && Math.max(1, shape.get(1)) * shape.get(2) * shape.get(3) <= MOST_VALUES;
  }

  private static boolean isSide(long length) {
    return length > 0 && length <= LONGEST_SIDE;
  }

  /** The input that a block was initialised for. */
  public static NetworkInput of(Block block) {
    if (block.isInitialized()) {
      // Not describeInput(), which fails on a block whose parameters were read from a file.
      Shape shape = block.getInputShapes()[0];
      if (isPicture(shape)) {
        return new NetworkInput(
            Math.max(0, shape.get(1)),
            shape.get(2),
            shape.get(3),
            false,
            DataType.FLOAT32,
            "the model",
            "");
      }
    }
    return UNKNOWN;
  }

  /** The same with the number of channels that something else says. */
  public NetworkInput withChannels(long known, String newSource) {
    return new NetworkInput(known, height, width, channelsLast, type, newSource, limits);
  }

  /** The same with the channels last, which the user says. */
  public NetworkInput asChannelsLast() {
    return new NetworkInput(channels, height, width, true, type, source, limits);
  }

  /** Whether it takes whole numbers from 0 to 255. */
  public boolean isWhole() {
    return type == DataType.UINT8;
  }

  /**
   * It in words, such as "3 channels, 224x224, channels first, float32 (from the file)".
   *
   * @param picture the shape that is used, (C, H, W)
   */
  public String described(Shape picture) {
    List<String> assumed = new ArrayList<>();
    if (channels == 0) {
      assumed.add("channels");
    }
    if (height == 0 || width == 0) {
      assumed.add("size");
    }
    String how =
        (source.isEmpty() ? "" : "from " + source)
            + (source.isEmpty() || assumed.isEmpty() ? "" : "; ")
            + (assumed.isEmpty() ? "" : String.join(" and ", assumed) + " assumed");
    return picture.get(0)
        + (picture.get(0) == 1 ? " channel, " : " channels, ")
        + picture.get(2)
        + "x"
        + picture.get(1)
        + (channelsLast ? ", channels last, " : ", channels first, ")
        + type.name().toLowerCase(Locale.ROOT)
        + (how.isEmpty() ? "" : " (" + how + ")")
        + (limits.isEmpty() ? "" : "; it takes " + limits);
  }
}
