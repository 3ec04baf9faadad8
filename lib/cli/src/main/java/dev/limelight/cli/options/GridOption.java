package dev.limelight.cli.options;

import dev.limelight.model.Grid;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option for the grid of layers with tokens. */
public final class GridOption {

  @Option(
      names = "--grid",
      paramLabel = "HxW",
      converter = Converter.class,
      description =
          "The places of layers that give tokens, such as 14x14 (default: read from the shapes).")
  private @Nullable Grid grid;

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

  /** The grid, or null if not given. */
  public @Nullable Grid grid() {
    return grid;
  }
}
