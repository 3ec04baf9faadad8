package dev.limelight.drawing;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.image.Rgb;
import java.awt.Rectangle;

/** Blends a photo with a map's colours; the photo stays visible where the map is weak. */
final class Blend {

  private Blend() {}

  /**
   * The pixels of the photo under the map, 0xRRGGBB.
   *
   * @param placed the map on the photo; everything outside is greyed out
   * @param grey whether the photo loses its colours
   * @param blank whether the map has nothing to show
   */
  static int[] of(
      Picture photo,
      PlacedMap placed,
      Palette palette,
      Scale scale,
      float opacity,
      boolean grey,
      boolean blank) {
    Rectangle pixels = placed.pixels();
    Heatmap resized = placed.inPixels();
    int[] rgb = photo.rgb();
    for (int y = 0; y < photo.height(); y++) {
      for (int x = 0; x < photo.width(); x++) {
        int i = y * photo.width() + x;
        if (!pixels.contains(x, y)) {
          rgb[i] = unseen(rgb[i]);
          continue;
        }
        if (grey) {
          rgb[i] = Rgb.mix(rgb[i], grey(rgb[i]), 0.85f);
        }
        if (!blank) {
          float t = scale.at(resized.get(x - pixels.x, y - pixels.y));
          rgb[i] = Rgb.mix(rgb[i], palette.color(t), opacity * strength(t, palette));
        }
      }
    }
    return rgb;
  }

  /** The share of the opacity: 0 for a value of zero, 1 from 60 % of the largest value. */
  private static float strength(float t, Palette palette) {
    float magnitude = palette.diverging() ? Math.abs(2 * t - 1) : t;
    float x = Math.min(1, magnitude / 0.6f);
    return x * x * (3 - 2 * x);
  }

  private static int grey(int color) {
    int luma =
        Math.round(
            0.299f * (color >> 16 & 255) + 0.587f * (color >> 8 & 255) + 0.114f * (color & 255));
    return luma << 16 | luma << 8 | luma;
  }

  /** The pale grey of a pixel that the model did not see. */
  private static int unseen(int color) {
    return Rgb.mix(grey(color), 0xC8C8C8, 0.65f);
  }
}
