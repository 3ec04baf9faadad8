package dev.limelight.image;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The contour of a map at a level, by marching squares. Values are at the centres of their cells.
 * Lines that meet the border run along it, so every line is closed.
 */
@API(status = Status.INTERNAL)
public final class Contour {

  private final Heatmap map;
  private final float level;

  /** Whether each value is at or above the level, padded by cells that are not. */
  private final boolean[] inside;

  private final Map<Integer, double[]> crossings = new HashMap<>();
  private final Map<Integer, Integer> next = new HashMap<>();

  private Contour(Heatmap map, float level) {
    this.map = map;
    this.level = level;
    int paddedWidth = map.width() + 2;
    inside = new boolean[Math.multiplyExact(paddedWidth, map.height() + 2)];
    for (int y = 0; y < map.height(); y++) {
      for (int x = 0; x < map.width(); x++) {
        inside[(y + 1) * paddedWidth + x + 1] = map.get(x, y) >= level;
      }
    }
  }

  /** The contour at half of the maximum; empty if no value is positive. */
  public static Path2D halfMaximum(Heatmap map) {
    return map.isBlank() ? new Path2D.Double() : of(map, map.max() / 2);
  }

  /**
   * The contour at a level.
   *
   * @return closed lines in the map's coordinates, (0, 0) to (width, height); inside them, by the
   *     even-odd rule, the map is at or above the level
   */
  public static Path2D of(Heatmap map, float level) {
    return new Contour(map, level).trace();
  }

  /** The area enclosed by polygons, without their holes, in square units. */
  public static double area(Path2D path) {
    double twice = 0;
    double[] point = new double[6];
    double startX = 0;
    double startY = 0;
    double x = 0;
    double y = 0;
    for (var i = path.getPathIterator(null); !i.isDone(); i.next()) {
      int kind = i.currentSegment(point);
      if (kind == PathIterator.SEG_MOVETO) {
        startX = point[0];
        startY = point[1];
      } else {
        boolean close = kind == PathIterator.SEG_CLOSE;
        double toX = close ? startX : point[0];
        double toY = close ? startY : point[1];
        twice += x * toY - toX * y;
        point[0] = toX;
        point[1] = toY;
      }
      x = point[0];
      y = point[1];
    }
    return Math.abs(twice) / 2;
  }

  private Path2D trace() {
    for (int y = -1; y < map.height(); y++) {
      for (int x = -1; x < map.width(); x++) {
        march(x, y);
      }
    }
    Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    List<Integer> starts = new ArrayList<>(next.keySet());
    starts.sort(null);
    for (Integer start : starts) {
      if (!next.containsKey(start)) {
        continue;
      }
      double[] from = Objects.requireNonNull(crossings.get(start));
      path.moveTo(from[0], from[1]);
      Integer at = Objects.requireNonNull(next.remove(start));
      while (!at.equals(start)) {
        double[] to = Objects.requireNonNull(crossings.get(at));
        path.lineTo(to[0], to[1]);
        at = Objects.requireNonNull(next.remove(at));
      }
      path.closePath();
    }
    return path;
  }

  private boolean inside(int x, int y) {
    return inside[(y + 1) * (map.width() + 2) + x + 1];
  }

  /** Adds the segments between four neighbours, with the inside on their right. */
  private void march(int x, int y) {
    int corners =
        (inside(x, y) ? 1 : 0)
            | (inside(x + 1, y) ? 2 : 0)
            | (inside(x + 1, y + 1) ? 4 : 0)
            | (inside(x, y + 1) ? 8 : 0);
    if (corners == 0 || corners == 15) {
      return;
    }
    // Edge i joins corner i and the next corner, clockwise.
    int[] edges = {
      edge(x, y, true), edge(x + 1, y, false), edge(x, y + 1, true), edge(x, y, false)
    };
    // At a saddle the mean of the corners decides whether the two that are inside are joined.
    boolean joined = (corners == 5 || corners == 10) && middle(x, y) >= level;
    for (int i = 0; i < 4; i++) {
      boolean in = (corners >> i & 1) == 1;
      boolean before = (corners >> (i + 3) % 4 & 1) == 1;
      if (!in || before) {
        continue;
      }
      // A run of corners that are inside starts at i; find its last corner.
      int last = i;
      while ((corners >> (last + 1) % 4 & 1) == 1) {
        last++;
      }
      if (joined) {
        last += 2;
      }
      next.put(edges[last % 4], edges[(i + 3) % 4]);
    }
  }

  private double middle(int x, int y) {
    return (value(x, y) + value(x + 1, y) + value(x, y + 1) + value(x + 1, y + 1)) / 4;
  }

  private double value(int x, int y) {
    boolean within = x >= 0 && y >= 0 && x < map.width() && y < map.height();
    return within ? map.get(x, y) : Double.NEGATIVE_INFINITY;
  }

  /**
   * The key of the edge from (x, y) to its right or lower neighbour. The point at which the contour
   * crosses it is kept under that key.
   */
  private int edge(int x, int y, boolean horizontal) {
    int key = 2 * ((y + 1) * (map.width() + 2) + x + 1) + (horizontal ? 0 : 1);
    int toX = horizontal ? x + 1 : x;
    int toY = horizontal ? y : y + 1;
    if (inside(x, y) != inside(toX, toY) && !crossings.containsKey(key)) {
      double from = value(x, y);
      double to = value(toX, toY);
      double share;
      if (Double.isInfinite(from)) {
        share = 0;
      } else if (Double.isInfinite(to)) {
        share = 1;
      } else {
        share = (level - from) / (to - from);
      }
      double fromX = centre(x, map.width());
      double fromY = centre(y, map.height());
      crossings.put(
          key,
          new double[] {
            fromX + share * (centre(toX, map.width()) - fromX),
            fromY + share * (centre(toY, map.height()) - fromY)
          });
    }
    return key;
  }

  /** The coordinate of a cell's centre; of the border for cells outside the map. */
  private static double centre(int cell, int size) {
    return Math.max(0, Math.min(size, cell + 0.5));
  }
}
