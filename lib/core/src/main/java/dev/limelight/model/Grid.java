package dev.limelight.model;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The locations of a layer.
 *
 * @param height rows
 * @param width columns
 */
@API(status = Status.INTERNAL)
public record Grid(int height, int width) implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

  /** Checks that both are above zero. */
  public Grid {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a grid has at least one row and one column, but got " + height + "x" + width);
    }
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text height and width, such as "14x14"
   */
  public static Grid parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a grid is its height and width such as 14x14, but got '" + text + "'");
    }
    return new Grid(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  long locations() {
    return (long) height * width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
