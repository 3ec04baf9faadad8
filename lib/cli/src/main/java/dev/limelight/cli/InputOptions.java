package dev.limelight.cli;

import dev.limelight.cli.start.Startup;
import dev.limelight.codec.Pictures;
import dev.limelight.data.LabelFile;
import dev.limelight.drawing.Overlay;
import dev.limelight.image.Picture;
import dev.limelight.io.Meanwhile;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.PreprocessingSettings;
import dev.limelight.model.PreprocessingSettings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the preprocessing of pictures and the labels of the classes. */
public final class InputOptions {

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

  @Option(
      names = "--range",
      split = ",",
      paramLabel = "BLACK,WHITE",
      description =
          "The samples of the pictures that are black and white, such as 0,4095 for 12 bits stored in 16, or 0,1 for floating point (default: the range of the file's type).")
  private double @Nullable [] range;

  @Option(names = "--labels", paramLabel = "FILE", description = "The classes' names, one a line.")
  private @Nullable Path labels;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** What reads and draws pictures, which is loaded while the command line is read. */
  private final CompletableFuture<Boolean> prepared =
      Startup.meanwhile(
          () -> {
            Pictures.prepare();
            Overlay.prepare();
          });

  /** The preprocessing of a model, with the changes of the options. */
  public Preprocessing preprocessing(Preprocessing ofModel) {
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

  /** The samples of a file that are black and white, or null. */
  double @Nullable [] range() {
    return range;
  }

  /** Reads a picture by the options. */
  public Picture read(Path file) throws IOException {
    // Both at once would wait for each other.
    prepared.join();
    return range == null ? Pictures.read(file) : Pictures.read(file, range[0], range[1]);
  }

  /**
   * Begins to read pictures by the options while the model is loaded. If one is not there, this
   * fails at once.
   *
   * @param files pictures, or standard input
   */
  Meanwhile<List<Picture>> readMeanwhile(List<Path> files) throws IOException {
    boolean there = files.stream().allMatch(file -> StandardInput.is(file) || Files.exists(file));
    return there ? Meanwhile.begin(() -> readAll(files)) : Meanwhile.done(() -> readAll(files));
  }

  private List<Picture> readAll(List<Path> files) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (Path file : files) {
      pictures.add(StandardInput.is(file) ? StandardInput.read(System.in, range()) : read(file));
    }
    return pictures;
  }

  /** Checks the options before any work. */
  public void check() {
    if (range != null
        && (range.length != 2
            || !Double.isFinite(range[0])
            || !Double.isFinite(range[1])
            || range[0] >= range[1])) {
      throw new ParameterException(
          spec.commandLine(),
          "--range needs two numbers that go up, such as 0,4095, but got "
              + Arrays.toString(range));
    }
    settings();
    Preprocessing asked =
        PreprocessingSettings.NONE
            .with(Setting.SIZE, size)
            .with(Setting.CHANNELS, channels)
            .applyTo(Preprocessing.of(1, 1));
    double bytes = (double) asked.channels() * Float.BYTES * asked.width() * asked.height();
    long memory = Runtime.getRuntime().maxMemory();
    if (bytes > memory) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "--size %s makes an input of %.1f GB, and there are %.1f GB of memory; choose a"
                  + " smaller size, or give more memory, such as LIMELIGHT_JAVA_OPTS=-Xmx8g",
              size,
              bytes / 1e9,
              memory / 1e9));
    }
  }

  /** The names of the classes, or none. */
  public List<String> labels() throws IOException {
    if (labels == null) {
      return List.of();
    }
    return LabelFile.read(labels);
  }
}
