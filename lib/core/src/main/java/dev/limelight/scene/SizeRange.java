package dev.limelight.scene;

import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How large objects are.
 *
 * @param from the smallest longest side, as a share of the picture's shorter side
 * @param to the largest
 */
@API(status = Status.INTERNAL)
public record SizeRange(double from, double to) {

  /** Checks. */
  public SizeRange {
    if (!(from >= 0.05 && from <= to && to <= 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a size is from 0.05 to 1 of the picture's shorter side, such as 0.2-0.6, but got"
                  + " %s-%s",
              from,
              to));
    }
  }

  /**
   * Of a text such as {@code 0.2-0.6}, or {@code 0.5} for one size.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  public static SizeRange of(String text) {
    String[] ends = text.strip().split("-", 2);
    try {
      double from = Double.parseDouble(ends[0]);
      return new SizeRange(from, ends.length == 1 ? from : Double.parseDouble(ends[1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "a size is such as 0.2-0.6, shares of the picture's shorter side, but got " + text, e);
    }
  }

  @Override
  public String toString() {
    return from == to ? String.valueOf(from) : from + "-" + to;
  }
}
