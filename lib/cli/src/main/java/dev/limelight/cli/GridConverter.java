package dev.limelight.cli;

import dev.limelight.model.Grid;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 14x14. */
final class GridConverter implements ITypeConverter<Grid> {

  @Override
  public Grid convert(String text) {
    try {
      return Grid.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
