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
 * A connected region in which a map is strong, in whole pixels of the picture that the map
 * explains, or in cells of the map if there is no picture.
 *
 * @param mask its pixels inside the box; the mask has the size of the box
 * @param box the bounding box; copied in and out
 * @param share its share of the map's positive sum, from 0 to 1
 * @param peak its pixel with the largest value; of several such pixels the first, row by row
 */
public record Region(Mask mask, Rectangle box, double share, Heatmap.Point peak) {

  /** Puts the largest share of the map first. */
  public static final Comparator<Region> BY_SHARE = Comparator.comparingDouble(r -> -r.share);

  /** Puts the largest area first. */
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

  /** The regions of a map in cells of the map, sorted {@link #BY_SHARE}. */
  public static List<Region> all(Heatmap map, Threshold threshold) {
    Rectangle cells = new Rectangle(map.width(), map.height());
    return all(map, threshold, cells, cells);
  }

  /**
   * The regions of a map in pixels of a picture, sorted {@link #BY_SHARE}.
   *
   * @param location of the map, in pixels of the picture, rounded to whole ones; the map is resized
   *     to it first
   * @param picture the bounds of the picture; pixels outside them are left out
   */
  public static List<Region> all(
      Heatmap map, Threshold threshold, Rectangle2D location, Rectangle picture) {
    Rectangle pixels = wholePixels(location);
    Heatmap resized = map.resized(pixels.width, pixels.height);
    boolean[] strong = threshold.of(resized).cells();
    for (int i = 0; i < strong.length; i++) {
      strong[i] &= picture.contains(pixels.x + i % pixels.width, pixels.y + i / pixels.width);
    }
    float[] values = resized.positive().values();
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    List<Region> regions = new ArrayList<>();
    for (int[] component : Components.of(new Mask(pixels.width, pixels.height, strong), false)) {
      regions.add(of(component, values, sum, pixels));
    }
    regions.sort(BY_SHARE);
    return List.copyOf(regions);
  }

  /** A rectangle rounded to whole pixels, at least one in each direction. */
  public static Rectangle wholePixels(Rectangle2D rectangle) {
    int x = (int) Math.round(rectangle.getMinX());
    int y = (int) Math.round(rectangle.getMinY());
    int right = (int) Math.round(rectangle.getMaxX());
    int bottom = (int) Math.round(rectangle.getMaxY());
    return new Rectangle(x, y, Math.max(1, right - x), Math.max(1, bottom - y));
  }

  private static Region of(int[] component, float[] values, double mapSum, Rectangle pixels) {
    int left = pixels.width;
    int right = 0;
    int peak = component[0];
    double sum = 0;
    for (int cell : component) {
      left = Math.min(left, cell % pixels.width);
      right = Math.max(right, cell % pixels.width);
      peak = values[cell] > values[peak] ? cell : peak;
      sum += values[cell];
    }
    int top = component[0] / pixels.width;
    int bottom = component[component.length - 1] / pixels.width;
    Rectangle box =
        new Rectangle(pixels.x + left, pixels.y + top, right - left + 1, bottom - top + 1);
    boolean[] cells = new boolean[box.width * box.height];
    for (int cell : component) {
      cells[(cell / pixels.width - top) * box.width + cell % pixels.width - left] = true;
    }
    return new Region(
        new Mask(box.width, box.height, cells),
        box,
        sum / mapSum,
        new Heatmap.Point(pixels.x + peak % pixels.width, pixels.y + peak / pixels.width));
  }

  /** A copy of the box. */
  @Override
  public Rectangle box() {
    return new Rectangle(box);
  }

  /** The number of its pixels. */
  public int area() {
    return mask.area();
  }

  /**
   * The closed lines around it and around each of its holes: the {@link Contour} of the mask, which
   * cuts off the corners of pixels. By the even-odd rule they enclose the area minus half a pixel,
   * plus half a pixel per hole.
   */
  public Path2D outline() {
    // Padded, so that the line runs along the border as it does inside.
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
