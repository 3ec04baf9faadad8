package dev.limelight.codec;

import java.util.Locale;

/**
 * The sample values that are black and white in a picture file, for files that do not say: 0 to
 * 4095 for a camera of 12 bits that stores 16, 0 to 1 for floating point.
 *
 * @param low the value that becomes black
 * @param high the value that becomes white; what is outside is cut off
 */
record SampleRange(double low, double high) {

  /** Checks the values. */
  SampleRange {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a range of samples goes up from black to white, such as 0,4095, but got %s,%s",
              low,
              high));
    }
  }

  /** A sample from 0 (black) to 255 (white). */
  int level(double sample) {
    double share = (sample - low) / (high - low);
    return (int) Math.round(Math.max(0, Math.min(1, share)) * 255);
  }
}
