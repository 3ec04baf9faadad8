package dev.limelight.notebook.chart;

import java.util.Locale;

/** Formats numbers without meaningless digits. */
public final class Numbers {

  private Numbers() {}

  /** The number of decimals that shows values of this size with about four digits. */
  public static int decimals(double largest) {
    double size = Math.abs(largest);
    if (size >= 1000 || size == 0) {
      return 0;
    }
    return size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 4;
  }

  /** Whether a fixed number of decimals would show only zeros or too many digits. */
  public static boolean needsExponent(double largest) {
    double size = Math.abs(largest);
    return size != 0 && (size < 1e-3 || size >= 1e9);
  }

  /** A single number: at most four digits, without trailing zeros. */
  public static String plain(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return String.valueOf(value);
    }
    if (needsExponent(value)) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    if (value == Math.rint(value)) {
      return fixed(value, 0);
    }
    return fixed(value, Math.max(1, decimals(value))).replaceFirst("\\.?0+$", "");
  }

  /** A number with so many decimals. */
  public static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
