package dev.limelight.cli;

import dev.limelight.model.Grid;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The places of layers that do not tell them. */
final class GridOption {

  @Option(
      names = "--grid",
      paramLabel = "HxW",
      converter = Converter.class,
      description =
          "The places of layers that give tokens, such as 14x14 (default: read from the shapes).")
  private Grid grid;

  private static final class Converter implements ITypeConverter<Grid> {
    @Override
    public Grid convert(String text) {
      try {
        return Grid.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Null where it is not known. */
  Grid grid() {
    return grid;
  }
}
