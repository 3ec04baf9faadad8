package dev.limelight.image;

import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The exact place of something in a picture.
 *
 * @param width the number of columns
 * @param height the number of rows
 * @param cells {@code width * height} flags, row by row, true where the thing is; copied in and out
 */
public record Mask(int width, int height, boolean[] cells) {

  /** Checks and copies. */
  public Mask {
    if (width < 1 || height < 1 || cells.length != (long) width * height) {
      throw new IllegalArgumentException(
          "a mask of " + width + " x " + height + " takes as many cells, not " + cells.length);
    }
    cells = cells.clone();
  }

  /** The bright part of a black and white picture, which is how masks are usually stored. */
  public static Mask of(Picture picture) {
    boolean[] cells = new boolean[picture.width() * picture.height()];
    for (int i = 0; i < cells.length; i++) {
      // Green carries most of the brightness, and is all of it in a grey picture.
      cells[i] = (picture.rgb(i % picture.width(), i / picture.width()) >> 8 & 255) > 127;
    }
    return new Mask(picture.width(), picture.height(), cells);
  }

  /**
   * One of the equal parts of a picture, such as a {@link Picture#mosaic}.
   *
   * @param picture what is divided
   * @param columns the number of parts beside each other
   * @param rows the number of parts below each other
   * @param index which part, counted row by row from 0
   * @throws IllegalArgumentException if the picture cannot be divided so, or has no such part
   */
  public static Mask tile(Picture picture, int columns, int rows, int index) {
    int width = picture.width();
    int height = picture.height();
    if (columns < 1 || rows < 1 || width % columns != 0 || height % rows != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "parts of a picture are equal, and %d x %d pixels cannot be divided into %d x %d",
              width,
              height,
              columns,
              rows));
    }
    if (index < 0 || index >= columns * rows) {
      throw new IllegalArgumentException(
          "the parts are counted from 0 to " + (columns * rows - 1) + ", not " + index);
    }
    boolean[] cells = new boolean[width * height];
    for (int i = 0; i < cells.length; i++) {
      int column = i % width / (width / columns);
      int row = i / width / (height / rows);
      cells[i] = row * columns + column == index;
    }
    return new Mask(width, height, cells);
  }

  /** A copy of the flags, row by row. */
  @Override
  public boolean[] cells() {
    return cells.clone();
  }

  /** Whether the thing is in this column and row; false outside of the mask. */
  public boolean get(int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x];
  }

  /**
   * Whether the thing is no further than a distance from the middle of this column and row. The
   * pointing game (Zhang and others, 2016) allows for one, since a map's cells are wider than a
   * pixel.
   *
   * @param distance in cells of the mask
   */
  public boolean near(int x, int y, double distance) {
    int reach = (int) Math.ceil(distance);
    for (int row = y - reach; row <= y + reach; row++) {
      for (int column = x - reach; column <= x + reach; column++) {
        if (Math.hypot(column - x, row - y) <= distance && get(column, row)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * What lies in a region of it, such as the part of a picture that a network saw; where the region
   * reaches beyond the mask there is nothing.
   *
   * @param region in cells of the mask, rounded to whole ones
   */
  public Mask within(Rectangle2D region) {
    Rectangle place = Region.wholePixels(region);
    boolean[] part = new boolean[Math.multiplyExact(place.width, place.height)];
    for (int i = 0; i < part.length; i++) {
      part[i] = get(place.x + i % place.width, place.y + i / place.width);
    }
    return new Mask(place.width, place.height, part);
  }

  /** How many cells it covers. */
  public int area() {
    int area = 0;
    for (boolean cell : cells) {
      area += cell ? 1 : 0;
    }
    return area;
  }

  /** The share of all cells that it covers, from 0 to 1. */
  public double share() {
    return (double) area() / (width * height);
  }

  /**
   * How much of a map's positive values lies where the thing is, from 0 to 1; the map is resized to
   * the mask first. Compare it with the share that the thing has of the picture.
   *
   * @throws IllegalArgumentException if the map has no positive value
   */
  public double shareOf(Heatmap map) {
    float[] values = map.resized(width, height).positive().values();
    double here = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      here += cells[i] ? values[i] : 0;
      all += values[i];
    }
    if (all == 0) {
      throw new IllegalArgumentException(
          "nothing of this map is positive, its maximum is " + map.format(map.max()));
    }
    return here / all;
  }

  /**
   * Where a map is strong, as CAM draws its boxes (Zhou et al. 2016, with 20 % of the maximum).
   *
   * @param share of the map's maximum, above 0 and up to 1
   */
  public static Mask of(Heatmap map, double share) {
    checkShare(share, "the maximum");
    float[] values = map.values();
    double level = share * map.max();
    boolean[] cells = new boolean[values.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = values[i] > 0 && values[i] >= level;
    }
    return new Mask(map.width(), map.height(), cells);
  }

  static void checkShare(double share, String whole) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "a share of " + whole + " is above 0 and up to 1, such as 0.2, but got " + share);
    }
  }

  /** The largest of its connected parts; cells are neighbours by their sides. */
  public Mask largest() {
    List<int[]> parts = Components.of(this);
    boolean[] kept = new boolean[cells.length];
    for (int cell : parts.isEmpty() ? new int[0] : parts.get(0)) {
      kept[cell] = true;
    }
    return new Mask(width, height, kept);
  }

  /** The smallest rectangle around it, in cells; empty if it is nowhere. */
  public Rectangle bounds() {
    int left = width;
    int right = -1;
    int top = height;
    int bottom = -1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (cells[y * width + x]) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    return right < 0
        ? new Rectangle()
        : new Rectangle(left, top, right - left + 1, bottom - top + 1);
  }

  /**
   * This and all around it, as far as a map's cells are wider than what it covers.
   *
   * @param distance in cells of the mask
   */
  public Mask grown(double distance) {
    boolean[] grown = new boolean[cells.length];
    for (int i = 0; i < grown.length; i++) {
      grown[i] = near(i % width, i / width, distance);
    }
    return new Mask(width, height, grown);
  }

  /** Where this or another mask of the same size is. */
  public Mask or(Mask other) {
    if (width != other.width || height != other.height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "masks of %d x %d and of %d x %d do not fit",
              width,
              height,
              other.width,
              other.height));
    }
    boolean[] either = cells.clone();
    for (int i = 0; i < either.length; i++) {
      either[i] |= other.cells[i];
    }
    return new Mask(width, height, either);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask that && width == that.width && Arrays.equals(cells, that.cells);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(cells);
  }

  @Override
  public String toString() {
    return "Mask " + width + " x " + height + ", " + area() + " cells";
  }
}
