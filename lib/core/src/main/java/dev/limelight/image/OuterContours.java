package dev.limelight.image;

import java.awt.Rectangle;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The outer contours of a mask's connected parts, corners included, as OpenCV's {@code
 * findContours} finds them: lines from centre to centre of the outermost cells.
 */
@API(status = Status.INTERNAL)
public final class OuterContours {

  private OuterContours() {}

  /**
   * The box of the part whose contour encloses the largest area, in cells; of equal ones that with
   * the most cells. Empty if the mask is.
   */
  public static Rectangle largest(Mask mask) {
    Rectangle largest = new Rectangle();
    double most = -1;
    for (int[] component : Components.of(mask, true)) {
      Rectangle box = box(component, mask.width());
      if ((box.width - 1.0) * (box.height - 1) > most) {
        double area = area(component, mask.width(), box);
        if (area > most) {
          most = area;
          largest = box;
        }
      }
    }
    return largest;
  }

  /** The boxes of all parts, in cells. */
  public static List<Rectangle> boxes(Mask mask) {
    return Components.of(mask, true).stream()
        .map(component -> box(component, mask.width()))
        .toList();
  }

  private static Rectangle box(int[] component, int width) {
    Rectangle box = new Rectangle(component[0] % width, component[0] / width, 1, 1);
    for (int cell : component) {
      box.add(new Rectangle(cell % width, cell / width, 1, 1));
    }
    return box;
  }

  /** Between four centres lies a whole square, and between three of four half of it. */
  private static double area(int[] component, int width, Rectangle box) {
    boolean[] filled = filled(component, width, box);
    int columns = box.width + 2;
    double area = 0;
    for (int i = 0; i + columns + 1 < filled.length; i++) {
      int corners =
          count(filled[i])
              + count(filled[i + 1])
              + count(filled[i + columns])
              + count(filled[i + columns + 1]);
      area += corners == 4 ? 1 : corners == 3 ? 0.5 : 0;
    }
    return area;
  }

  private static int count(boolean cell) {
    return cell ? 1 : 0;
  }

  /** The cells of its box, padded by one, that are not outside of it: holes are filled. */
  private static boolean[] filled(int[] component, int width, Rectangle box) {
    int columns = box.width + 2;
    boolean[] wall = new boolean[columns * (box.height + 2)];
    for (int cell : component) {
      wall[(cell / width - box.y + 1) * columns + cell % width - box.x + 1] = true;
    }
    boolean[] filled = new boolean[wall.length];
    Arrays.fill(filled, true);
    ArrayDeque<Integer> outside = new ArrayDeque<>();
    filled[0] = false;
    outside.add(0);
    while (!outside.isEmpty()) {
      int cell = outside.remove();
      int x = cell % columns;
      int[] neighbours = {
        cell - columns, cell + columns, x > 0 ? cell - 1 : -1, x + 1 < columns ? cell + 1 : -1
      };
      for (int next : neighbours) {
        if (next >= 0 && next < wall.length && filled[next] && !wall[next]) {
          filled[next] = false;
          outside.add(next);
        }
      }
    }
    return filled;
  }
}
