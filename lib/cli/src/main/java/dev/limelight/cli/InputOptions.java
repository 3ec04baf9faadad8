package dev.limelight.cli;

import dev.limelight.codec.Pictures;
import dev.limelight.data.LabelFile;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the preprocessing of pictures and the labels of the classes. */
final class InputOptions {

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description =
          "The input's width and height; a picture's middle is fitted to it (default: what the model says, or 224).")
  private @Nullable Integer size;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "r,g,b",
      description = "Subtracted after scaling to [0,1] (default: what the model says, or 0,0,0).")
  private float @Nullable [] mean;

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "r,g,b",
      description = "Divided by after that (default: what the model says, or 1,1,1).")
  private float @Nullable [] std;

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

  /** The preprocessing of a model, with the changes of the options. */
  Preprocessing preprocessing(Preprocessing ofModel) {
    Preprocessing sized = size == null ? ofModel : Preprocessing.of(size, size);
    return sized.normalised(
        mean == null ? ofModel.mean() : mean, std == null ? ofModel.std() : std);
  }

  /** The input's width and height in pixels, or null. */
  @Nullable Integer size() {
    return size;
  }

  /** The mean of red, green and blue, or null. */
  float @Nullable [] mean() {
    return mean;
  }

  /** The standard deviation of red, green and blue, or null. */
  float @Nullable [] std() {
    return std;
  }

  /** The samples of a file that are black and white, or null. */
  double @Nullable [] range() {
    return range;
  }

  /** Reads a picture by the options. */
  Picture read(Path file) throws IOException {
    return range == null ? Pictures.read(file) : Pictures.read(file, range[0], range[1]);
  }

  /** Checks the options before any work. */
  void check() {
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
    if (size != null && size < 1) {
      throw new ParameterException(
          spec.commandLine(), "--size must be at least 1, but got " + size);
    }
    long bytes = size == null ? 0 : 3L * Float.BYTES * size * size;
    long memory = Runtime.getRuntime().maxMemory();
    if (bytes > memory) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "--size %d makes an input of %.1f GB, and there are %.1f GB of memory; choose a"
                  + " smaller size, or give more memory, such as LIMELIGHT_JAVA_OPTS=-Xmx8g",
              size,
              bytes / 1e9,
              memory / 1e9));
    }
    for (float[] statistic : new float[][] {mean, std}) {
      if (statistic != null && statistic.length != 3) {
        throw new ParameterException(
            spec.commandLine(),
            "--mean and --std need three numbers such as 0.485,0.456,0.406, but got "
                + statistic.length);
      }
    }
    for (int i = 0; i < 3; i++) {
      float subtrahend = mean == null ? 0 : mean[i];
      float divisor = std == null ? 1 : std[i];
      if (!Float.isFinite(subtrahend) || !Float.isFinite(divisor) || divisor <= 0) {
        throw new ParameterException(
            spec.commandLine(),
            "--mean must be finite and --std above zero, but got "
                + subtrahend
                + " and "
                + divisor);
      }
    }
  }

  /** The names of the classes, or none. */
  List<String> labels() throws IOException {
    if (labels == null) {
      return List.of();
    }
    return LabelFile.read(labels);
  }
}
