package dev.limelight.segment;

/** CIELAB of sRGB colours, in daylight (D65): equal distances look about equally large. */
final class Lab {

  private static final double[][] XYZ = {
    {0.412453, 0.357580, 0.180423}, {0.212671, 0.715160, 0.072169}, {0.019334, 0.119193, 0.950227}
  };

  private static final double[] WHITE = {0.95047, 1, 1.08883};

  private Lab() {}

  /** L, a and b of three planes of red, green and blue. */
  static double[] of(ColourPlanes colours) {
    int size = colours.pixels();
    double[] result = new double[3 * size];
    double[] linear = new double[3];
    double[] share = new double[3];
    for (int i = 0; i < size; i++) {
      for (int c = 0; c < 3; c++) {
        double value = colours.values()[c * size + i];
        linear[c] = value > 0.04045 ? Math.pow((value + 0.055) / 1.055, 2.4) : value / 12.92;
      }
      for (int c = 0; c < 3; c++) {
        double[] row = XYZ[c];
        double value = (row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2]) / WHITE[c];
        share[c] = value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16.0 / 116;
      }
      result[i] = 116 * share[1] - 16;
      result[size + i] = 500 * (share[0] - share[1]);
      result[2 * size + i] = 200 * (share[1] - share[2]);
    }
    return result;
  }
}
