package dev.limelight.notebook;

import java.util.Locale;

/** Numbers as a reader wants them: no more digits than mean something. */
final class Numbers {

  private Numbers() {}

  /** The decimals that show values of this size with about four digits. */
  static int decimals(double largest) {
    double size = Math.abs(largest);
    if (size >= 1000 || size == 0) {
      return 0;
    }
    return size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 4;
  }

  /** True where a fixed number of decimals would show zeros only, or a row of digits. */
  static boolean needsExponent(double largest) {
    double size = Math.abs(largest);
    return size != 0 && (size < 1e-3 || size >= 1e9);
  }

  /** One number by itself: four digits at most, and none that are zero at the end. */
  static String plain(double value) {
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

  static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
