package dev.limelight.image;

import java.awt.Rectangle;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A connected part of where a map is strong, in whole pixels of the picture that the map lies over,
 * or in cells of the map where there is no picture.
 *
 * @param mask the pixels inside of the box, at the box's size
 * @param box the smallest rectangle around it; copied in and out
 * @param share how much of the map's positive sum lies in it, from 0 to 1
 * @param peak where the map is strongest in it; of several such pixels the first, row by row
 */
public record Region(Mask mask, Rectangle box, double share, Heatmap.Point peak) {

  /** The one with the largest share of the map first. */
  public static final Comparator<Region> BY_SHARE = Comparator.comparingDouble(r -> -r.share);

  /** The one with the largest area first. */
  public static final Comparator<Region> BY_AREA = Comparator.comparingInt(r -> -r.area());

  /** Checks and copies. */
  public Region {
    if (mask.width() != box.width || mask.height() != box.height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a region's mask has the size of its box, %d x %d, but got one of %d x %d",
              box.width,
              box.height,
              mask.width(),
              mask.height()));
    }
    box = new Rectangle(box);
  }

  /** The regions of a map in its own cells, sorted {@link #BY_SHARE}. */
  public static List<Region> all(Heatmap map, Threshold threshold) {
    Rectangle whole = new Rectangle(map.width(), map.height());
    return all(map, threshold, whole, whole);
  }

  /**
   * The regions of a map that lies over a picture, sorted {@link #BY_SHARE}.
   *
   * @param place where the map lies, in pixels of the picture, rounded to whole ones; the map is
   *     enlarged to it first
   * @param picture the picture's own pixels; what lies beyond them is left out
   */
  public static List<Region> all(
      Heatmap map, Threshold threshold, Rectangle2D place, Rectangle picture) {
    Rectangle pixels = wholePixels(place);
    Heatmap laid = map.resized(pixels.width, pixels.height);
    boolean[] strong = threshold.of(laid).cells();
    for (int i = 0; i < strong.length; i++) {
      strong[i] &= picture.contains(pixels.x + i % pixels.width, pixels.y + i / pixels.width);
    }
    float[] values = laid.positive().values();
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    List<Region> regions = new ArrayList<>();
    for (int[] part : Components.of(new Mask(pixels.width, pixels.height, strong))) {
      regions.add(of(part, values, sum, pixels));
    }
    regions.sort(BY_SHARE);
    return List.copyOf(regions);
  }

  /** The whole pixels that a rectangle is rounded to, at least one in each direction. */
  public static Rectangle wholePixels(Rectangle2D rectangle) {
    int x = (int) Math.round(rectangle.getMinX());
    int y = (int) Math.round(rectangle.getMinY());
    int right = (int) Math.round(rectangle.getMaxX());
    int bottom = (int) Math.round(rectangle.getMaxY());
    return new Rectangle(x, y, Math.max(1, right - x), Math.max(1, bottom - y));
  }

  private static Region of(int[] part, float[] values, double sum, Rectangle pixels) {
    int left = pixels.width;
    int right = 0;
    int peak = part[0];
    double here = 0;
    for (int cell : part) {
      left = Math.min(left, cell % pixels.width);
      right = Math.max(right, cell % pixels.width);
      peak = values[cell] > values[peak] ? cell : peak;
      here += values[cell];
    }
    int top = part[0] / pixels.width;
    int bottom = part[part.length - 1] / pixels.width;
    Rectangle box =
        new Rectangle(pixels.x + left, pixels.y + top, right - left + 1, bottom - top + 1);
    boolean[] cells = new boolean[box.width * box.height];
    for (int cell : part) {
      cells[(cell / pixels.width - top) * box.width + cell % pixels.width - left] = true;
    }
    return new Region(
        new Mask(box.width, box.height, cells),
        box,
        here / sum,
        new Heatmap.Point(pixels.x + peak % pixels.width, pixels.y + peak / pixels.width));
  }

  /** A copy of the box. */
  @Override
  public Rectangle box() {
    return new Rectangle(box);
  }

  /** How many pixels it covers. */
  public int area() {
    return mask.area();
  }

  /**
   * The closed line around it and around each of its holes, through the corners of its pixels cut
   * at half a pixel: {@link Contour} of the mask. What it encloses by the even-odd rule is its area
   * less half a pixel, and half a pixel more for each hole.
   */
  public Path2D outline() {
    // With a rim, along which the line can run as it does inside.
    int width = box.width + 2;
    float[] padded = new float[width * (box.height + 2)];
    for (int i = 0; i < padded.length; i++) {
      padded[i] = mask.get(i % width - 1, i / width - 1) ? 1 : 0;
    }
    Path2D line = Contour.of(new Heatmap(width, box.height + 2, padded, ""), 0.5f);
    line.transform(AffineTransform.getTranslateInstance(box.x - 1, box.y - 1));
    return line;
  }
}
