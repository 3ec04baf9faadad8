package dev.limelight.cli;

import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How pictures become a network's input, and what its outputs are called. */
final class InputOptions {

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description =
          "The input's width and height; a picture's middle is fitted to it (default: what the model says, or 224).")
  private Integer size;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "r,g,b",
      description = "Subtracted after scaling to [0,1] (default: what the model says, or 0,0,0).")
  private float[] mean;

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "r,g,b",
      description = "Divided by after that (default: what the model says, or 1,1,1).")
  private float[] std;

  @Option(names = "--labels", paramLabel = "FILE", description = "The classes' names, one a line.")
  private Path labels;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** What the options change of what was found with the model. */
  Preprocessing preprocessing(Preprocessing found) {
    Preprocessing sized = size == null ? found : Preprocessing.of(size, size);
    return sized.normalised(mean == null ? found.mean() : mean, std == null ? found.std() : std);
  }

  /** In pixels, or null. */
  Integer size() {
    return size;
  }

  /** Of red, green and blue, or null. */
  float[] mean() {
    return mean;
  }

  /** Of red, green and blue, or null. */
  float[] std() {
    return std;
  }

  /** Refuses what no network takes. */
  void check() {
    if (size != null && size < 1) {
      throw new ParameterException(
          spec.commandLine(), "--size is at least 1, and " + size + " came");
    }
    for (float[] statistic : new float[][] {mean, std}) {
      if (statistic != null && statistic.length != 3) {
        throw new ParameterException(
            spec.commandLine(),
            "--mean and --std are three numbers such as 0.485,0.456,0.406, and "
                + statistic.length
                + " came");
      }
    }
    for (int i = 0; i < 3; i++) {
      float from = mean == null ? 0 : mean[i];
      float by = std == null ? 1 : std[i];
      if (!Float.isFinite(from) || !Float.isFinite(by) || by <= 0) {
        throw new ParameterException(
            spec.commandLine(),
            "--mean is finite and --std above zero, and " + from + " and " + by + " came");
      }
    }
  }

  /** The classes' names, or none. */
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
        throw new IOException(labels + " holds no labels; write one a line");
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new IOException(labels + " is no UTF-8 text; write one label a line", e);
    }
  }
}
