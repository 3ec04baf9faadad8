package dev.limelight.image;

import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A set of pixels of a picture, such as those of an object.
 *
 * @param width the number of columns
 * @param height the number of rows
 * @param cells {@code width * height} flags, row by row, true for the cells in the set; copied in
 *     and out
 */
public record Mask(int width, int height, boolean[] cells) {

  /** Checks and copies. */
  public Mask {
    if (width < 1 || height < 1 || cells.length != (long) width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a mask needs at least one cell and a flag for each, but got %d flags for %d x %d",
              cells.length,
              width,
              height));
    }
    cells = cells.clone();
  }

  /** The bright pixels of a picture: where the brightest of red, green and blue is above 127. */
  public static Mask of(Picture picture) {
    boolean[] cells = new boolean[picture.width() * picture.height()];
    for (int i = 0; i < cells.length; i++) {
      int rgb = picture.rgb(i % picture.width(), i / picture.width());
      cells[i] = Math.max(rgb >> 16 & 255, Math.max(rgb >> 8 & 255, rgb & 255)) > 127;
    }
    return new Mask(picture.width(), picture.height(), cells);
  }

  /**
   * A tile of a picture that consists of equal tiles, such as a {@link Picture#mosaic}.
   *
   * @param picture the picture
   * @param columns the number of tiles in a row
   * @param rows the number of tiles in a column
   * @param index the tile, counted row by row from 0
   * @throws IllegalArgumentException if the tiles would not be equal, or there is no such tile
   */
  public static Mask tile(Picture picture, int columns, int rows, int index) {
    int width = picture.width();
    int height = picture.height();
    if (columns < 1 || rows < 1 || width % columns != 0 || height % rows != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d x %d pixels cannot be divided into %d x %d equal tiles",
              width,
              height,
              columns,
              rows));
    }
    if (index < 0 || index >= columns * rows) {
      throw new IllegalArgumentException(
          "the tiles are numbered from 0 to " + (columns * rows - 1) + ", but got " + index);
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

  /** Whether a cell is in the set; false outside the mask. */
  public boolean get(int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x];
  }

  /**
   * Whether a cell of the set is within a distance of this column and row. The pointing game (Zhang
   * et al. 2016) has such a tolerance, since a map's cells are larger than a pixel.
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
   * The part of the mask in a region, such as the part of a picture that the network saw. Cells of
   * the region outside the mask are not in the set.
   *
   * @param region in cells of the mask, rounded to whole ones
   */
  public Mask within(Rectangle2D region) {
    Rectangle pixels = Region.wholePixels(region);
    boolean[] part = new boolean[Math.multiplyExact(pixels.width, pixels.height)];
    for (int i = 0; i < part.length; i++) {
      part[i] = get(pixels.x + i % pixels.width, pixels.y + i / pixels.width);
    }
    return new Mask(pixels.width, pixels.height, part);
  }

  /** The mask at another size: each cell is as the one at its centre. */
  public Mask resized(int newWidth, int newHeight) {
    boolean[] resized = new boolean[Math.multiplyExact(newWidth, newHeight)];
    for (int i = 0; i < resized.length; i++) {
      int x = (int) ((i % newWidth + 0.5) * width / newWidth);
      int y = (int) ((i / newWidth + 0.5) * height / newHeight);
      resized[i] = cells[y * width + x];
    }
    return new Mask(newWidth, newHeight, resized);
  }

  /** The number of cells in the set. */
  public int area() {
    int area = 0;
    for (boolean cell : cells) {
      area += cell ? 1 : 0;
    }
    return area;
  }

  /** Whether no cell is in the set, or every one, so that nothing can lie inside and outside. */
  public boolean isUniform() {
    int area = area();
    return area == 0 || area == cells.length;
  }

  /** The share of the cells that are in the set, from 0 to 1. */
  public double share() {
    return (double) area() / (width * height);
  }

  /**
   * The share of a map's positive values inside the mask, from 0 to 1; the map is resized to the
   * mask first. Compare it with {@link #share}.
   *
   * @throws IllegalArgumentException if the map has no positive value
   */
  public double shareOf(Heatmap map) {
    float[] values = map.resized(width, height).positive().values();
    double inside = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      inside += cells[i] ? values[i] : 0;
      total += values[i];
    }
    if (total == 0) {
      throw new IllegalArgumentException(
          "this map has no positive value; its maximum is " + map.format(map.max()));
    }
    return inside / total;
  }

  /**
   * The cells with at least a share of a map's maximum, as for CAM's boxes (Zhou et al. 2016, with
   * 20 %).
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

  /** The largest connected component, by 4-connectivity. */
  public Mask largest() {
    List<int[]> components = Components.of(this, false);
    boolean[] largest = new boolean[cells.length];
    for (int cell : components.isEmpty() ? new int[0] : components.get(0)) {
      largest[cell] = true;
    }
    return new Mask(width, height, largest);
  }

  /** The bounding box, in cells; empty if the set is. */
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
   * The mask dilated by a distance.
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

  /** The union with another mask of the same size. */
  public Mask or(Mask other) {
    if (width != other.width || height != other.height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "masks of %d x %d and of %d x %d cannot be joined; give masks of one size",
              width,
              height,
              other.width,
              other.height));
    }
    boolean[] union = cells.clone();
    for (int i = 0; i < union.length; i++) {
      union[i] |= other.cells[i];
    }
    return new Mask(width, height, union);
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
