package dev.limelight.cli.options;

import java.util.List;
import picocli.CommandLine.Option;

/** The option for the layers of a map. */
public final class LayerOption {

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description =
          "The layer whose map is drawn; without it the last one with a height and a width (see limelight layers). Given several times, one map is made of all.")
  private List<String> layers = List.of();

  /** The layers, or none for the default. */
  public List<String> layers() {
    return layers;
  }
}
