package dev.limelight.drawing;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.image.Rgb;
import java.awt.Rectangle;

/** Lays colours over a photo so that the photo stays visible where the map says little. */
final class Blend {

  private Blend() {}

  /**
   * The photo under the map.
   *
   * @param photo the pixels, 0xRRGGBB; left as they are
   * @param placed the map on the photo; what it does not cover is greyed out
   */
  static int[] of(
      Picture photo, PlacedMap placed, Palette palette, Scale scale, float opacity, boolean blank) {
    Rectangle place = placed.pixels();
    Heatmap drawn = placed.map().resized(place.width, place.height);
    int[] rgb = photo.rgb();
    for (int y = 0; y < photo.height(); y++) {
      for (int x = 0; x < photo.width(); x++) {
        int at = y * photo.width() + x;
        if (!place.contains(x, y)) {
          rgb[at] = unseen(rgb[at]);
        } else if (blank) {
          rgb[at] = Rgb.mix(rgb[at], grey(rgb[at]), 0.85f);
        } else {
          float t = scale.at(drawn.get(x - place.x, y - place.y));
          rgb[at] = Rgb.mix(rgb[at], palette.color(t), opacity * strength(t, palette));
        }
      }
    }
    return rgb;
  }

  /** How much of the colour shows: nothing at zero, all of the opacity from six tenths on. */
  private static float strength(float t, Palette palette) {
    float size = palette.diverging() ? Math.abs(2 * t - 1) : t;
    float x = Math.min(1, size / 0.6f);
    return x * x * (3 - 2 * x);
  }

  private static int grey(int color) {
    int light =
        Math.round(
            0.299f * (color >> 16 & 255) + 0.587f * (color >> 8 & 255) + 0.114f * (color & 255));
    return light << 16 | light << 8 | light;
  }

  /** Pale and without colour: the model never saw it. */
  private static int unseen(int color) {
    return Rgb.mix(grey(color), 0xC8C8C8, 0.65f);
  }
}
