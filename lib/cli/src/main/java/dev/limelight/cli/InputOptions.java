package dev.limelight.cli;

import dev.limelight.model.Preprocessing;
import dev.limelight.model.PreprocessingSettings;
import dev.limelight.model.PreprocessingSettings.Setting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the preprocessing of pictures and the labels of the classes. */
final class InputOptions {

  @Option(
      names = "--size",
      paramLabel = "PIXELS|WxH",
      description =
          "The input's width and height, such as 224 or 160x96; a picture's middle is fitted to it (default: what the model says, or 224).")
  private @Nullable String size;

  @Option(
      names = "--scale",
      paramLabel = "1|255",
      description = "The value of white (default: what the model says, or 1).")
  private @Nullable String scale;

  @Option(
      names = "--mean",
      paramLabel = "r,g,b",
      description =
          "Subtracted after scaling, one value or one a channel (default: what the model says, or 0,0,0).")
  private @Nullable String mean;

  @Option(
      names = "--std",
      paramLabel = "r,g,b",
      description =
          "Divided by after that, one value or one a channel (default: what the model says, or 1,1,1).")
  private @Nullable String std;

  @Option(
      names = "--channels",
      paramLabel = "1|3|4",
      description =
          "The input's channels: luminance, colours, or colours and an opaque alpha (default: what the model says, or 3).")
  private @Nullable String channels;

  @Option(
      names = "--channel-order",
      paramLabel = "rgb|bgr",
      description =
          "The order of the colours, and so of --mean and --std (default: what the model says, or rgb).")
  private @Nullable String order;

  @Option(
      names = "--fit",
      paramLabel = "crop|stretch|letterbox|pixels",
      description =
          "How a picture of another shape is fitted: its middle, distorted, with bars, or its middle without resizing (default: what the model says, or crop).")
  private @Nullable String fit;

  @Option(
      names = "--crop-share",
      paramLabel = "SHARE",
      description =
          "The share of each side around the middle that is used, such as 0.875 for 224 pixels out of 256 (default: what the model says, or 1).")
  private @Nullable String share;

  @Option(
      names = "--resize",
      paramLabel = "FILTER",
      description =
          "bilinear, bicubic, lanczos or nearest as in Pillow, or four-pixels: bilinear without antialiasing as in DJL, OpenCV and TensorFlow (default: what the model says, or bilinear).")
  private @Nullable String resize;

  @Option(names = "--labels", paramLabel = "FILE", description = "The classes' names, one a line.")
  private @Nullable Path labels;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The preprocessing of a model, with the changes of the options. */
  Preprocessing preprocessing(Preprocessing ofModel) {
    return settings().applyTo(ofModel);
  }

  /**
   * The settings that the options name.
   *
   * @throws ParameterException if one is not of its form
   */
  PreprocessingSettings settings() {
    try {
      return PreprocessingSettings.NONE
          .with(Setting.SIZE, size)
          .with(Setting.CHANNELS, channels)
          .with(Setting.CHANNEL_ORDER, order)
          .with(Setting.SCALE, scale)
          .with(Setting.MEAN, mean)
          .with(Setting.STD, std)
          .with(Setting.FIT, fit)
          .with(Setting.CROP_SHARE, share)
          .with(Setting.RESIZE, resize);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Checks the options before any work. */
  void check() {
    settings();
  }

  /** Whether names of the classes are given. */
  boolean hasLabels() {
    return labels != null;
  }

  /** The names of the classes, or none. */
  List<String> labels() throws IOException {
    if (labels == null) {
      return List.of();
    }
    if (!Files.isRegularFile(labels)) {
      throw new IOException("no such labels file: " + labels);
    }
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(labels));
      lines.replaceAll(String::strip);
      while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
        lines.remove(lines.size() - 1);
      }
      if (lines.isEmpty()) {
        throw new IOException(labels + " has no labels; write one per line");
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new IOException(labels + " is not UTF-8 text; write one label per line", e);
    }
  }
}
