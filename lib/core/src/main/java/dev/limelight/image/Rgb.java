package dev.limelight.image;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Opaque 8-bit colours as numbers 0xRRGGBB. */
@API(status = Status.INTERNAL)
public final class Rgb {

  private Rgb() {}

  /** Interpolates between two colours: share 0 is the first, 1 the second. */
  public static int mix(int first, int second, float share) {
    int color = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int a = first >> shift & 255;
      int b = second >> shift & 255;
      color |= Math.round(a + (b - a) * share) << shift;
    }
    return color;
  }
}
