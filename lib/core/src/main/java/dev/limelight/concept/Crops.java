package dev.limelight.concept;

import dev.limelight.image.Picture;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;

/**
 * Crops of a picture as CRAFT takes them: parts of one size that overlap by at least a fifth, from
 * edge to edge.
 *
 * @param share the width and height of a crop, as a share of the picture's, above 0 and up to 1
 */
record Crops(double share) {

  private static final double STEP = 0.8;

  /** The smallest share: crops of fewer pixels would show nothing. */
  private static final double SMALLEST = 0.1;

  /** Checks. */
  Crops {
    if (!(share >= SMALLEST && share <= 1)) {
      throw new IllegalArgumentException(
          "a crop is a share of the picture's width from " + SMALLEST + " to 1, but got " + share);
    }
  }

  /** Their places, row by row. */
  List<Rectangle> places(int width, int height) {
    int w = Math.max(1, (int) Math.round(share * width));
    int h = Math.max(1, (int) Math.round(share * height));
    List<Rectangle> places = new ArrayList<>();
    for (int y : starts(height, h)) {
      for (int x : starts(width, w)) {
        places.add(new Rectangle(x, y, w, h));
      }
    }
    return places;
  }

  private static int[] starts(int length, int crop) {
    int rest = length - crop;
    int steps = (int) Math.ceil(rest / (STEP * crop));
    int[] starts = new int[steps + 1];
    for (int i = 1; i <= steps; i++) {
      starts[i] = (int) Math.round((double) rest * i / steps);
    }
    return starts;
  }

  /** A crop at the size of its picture. */
  static Picture enlarged(Picture picture, Rectangle place) {
    return picture
        .cropped(place.x, place.y, place.width, place.height)
        .resized(picture.width(), picture.height());
  }
}
