package dev.limelight.segment;

import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A picture in parts. Each pixel is in at least one; in more where masks overlap, and then it is
 * seen as long as all of its segments are.
 */
@API(status = Status.INTERNAL)
public final class Segments {

  private final int width;
  private final int height;
  private final int[][] pixels;
  private final List<String> names;
  private final boolean overlapping;

  private Segments(int width, int height, List<int[]> pixels, List<String> names) {
    this.width = width;
    this.height = height;
    this.pixels = pixels.toArray(int[][]::new);
    this.names = List.copyOf(names);
    overlapping = pixels.stream().mapToInt(one -> one.length).sum() > width * height;
  }

  /**
   * One segment a label, numbered as the labels are met, row by row.
   *
   * @param labels one a pixel
   */
  public static Segments ofLabels(int width, int height, int[] labels) {
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] dense = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      Integer known = numbers.putIfAbsent(labels[i], numbers.size());
      dense[i] = known == null ? numbers.size() - 1 : known;
    }
    List<String> names = new ArrayList<>();
    List<BitSet> sets = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      sets.add(new BitSet());
      names.add(String.valueOf(i + 1));
    }
    for (int i = 0; i < dense.length; i++) {
      sets.get(dense[i]).set(i);
    }
    return of(width, height, sets, names);
  }

  /** Segments that are numbered in their order, none of them empty. */
  public static Segments inOrder(int width, int height, List<BitSet> sets) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      names.add(String.valueOf(i + 1));
    }
    return of(width, height, sets, names);
  }

  /**
   * Segments that may overlap; those without a pixel are left out, and what none of them covers is
   * one more, called "rest".
   *
   * @param sets the pixels of each
   */
  static Segments of(int width, int height, List<BitSet> sets, List<String> names) {
    BitSet rest = new BitSet(width * height);
    rest.set(0, width * height);
    List<int[]> pixels = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      if (!sets.get(i).isEmpty()) {
        pixels.add(sets.get(i).stream().toArray());
        kept.add(names.get(i));
        rest.andNot(sets.get(i));
      }
    }
    if (!rest.isEmpty()) {
      pixels.add(rest.stream().toArray());
      kept.add("rest");
    }
    return new Segments(width, height, pixels, kept);
  }

  /** The width of the picture in pixels. */
  public int width() {
    return width;
  }

  /** The height of the picture in pixels. */
  public int height() {
    return height;
  }

  /** The number of segments, at least 1. */
  public int count() {
    return pixels.length;
  }

  /** The pixels of a segment, row by row. */
  public int[] pixels(int segment) {
    return pixels[segment].clone();
  }

  /** The name of a segment. */
  public String name(int segment) {
    return names.get(segment);
  }

  /** Whether a pixel is in several. */
  public boolean isOverlapping() {
    return overlapping;
  }

  /** The number of pixels of a segment. */
  public int area(int segment) {
    return pixels[segment].length;
  }

  /** The smallest box around a segment. */
  public Rectangle box(int segment) {
    Rectangle box = new Rectangle(-1, -1);
    for (int pixel : pixels[segment]) {
      box.add(new Rectangle(pixel % width, pixel / width, 1, 1));
    }
    return box;
  }

  /**
   * Marks the pixels of the segments that are hidden.
   *
   * @param seen the segments that are not
   * @param hidden one flag a pixel, all of which are set
   */
  public void hide(BitSet seen, boolean[] hidden) {
    Arrays.fill(hidden, false);
    for (int i = seen.nextClearBit(0); i < pixels.length; i = seen.nextClearBit(i + 1)) {
      for (int pixel : pixels[i]) {
        hidden[pixel] = true;
      }
    }
  }

  /** The sum of the values of the segments of each pixel, row by row. */
  public float[] map(double[] values) {
    double[] sums = new double[width * height];
    for (int i = 0; i < pixels.length; i++) {
      for (int pixel : pixels[i]) {
        sums[pixel] += values[i];
      }
    }
    float[] map = new float[sums.length];
    for (int i = 0; i < map.length; i++) {
      map[i] = (float) sums[i];
    }
    return map;
  }
}
