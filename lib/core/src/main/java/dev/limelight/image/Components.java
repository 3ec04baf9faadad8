package dev.limelight.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The connected parts of a mask; cells are neighbours by their sides. */
final class Components {

  private final Mask mask;
  private final boolean[] waiting;
  private final int[] cells;
  private int used;

  private Components(Mask mask) {
    this.mask = mask;
    waiting = mask.cells();
    cells = new int[mask.area()];
  }

  /** The cells of each part, row by row; the largest part first, of equal ones the upper one. */
  static List<int[]> of(Mask mask) {
    return new Components(mask).all();
  }

  private List<int[]> all() {
    List<int[]> parts = new ArrayList<>();
    for (int start = 0; start < waiting.length; start++) {
      if (waiting[start]) {
        parts.add(from(start));
      }
    }
    parts.sort(Comparator.comparingInt(part -> -part.length));
    return parts;
  }

  private int[] from(int start) {
    int first = used;
    add(start);
    for (int at = first; at < used; at++) {
      int cell = cells[at];
      int x = cell % mask.width();
      if (x > 0) {
        add(cell - 1);
      }
      if (x < mask.width() - 1) {
        add(cell + 1);
      }
      add(cell - mask.width());
      add(cell + mask.width());
    }
    int[] part = Arrays.copyOfRange(cells, first, used);
    Arrays.sort(part);
    return part;
  }

  private void add(int cell) {
    if (cell >= 0 && cell < waiting.length && waiting[cell]) {
      waiting[cell] = false;
      cells[used++] = cell;
    }
  }
}
