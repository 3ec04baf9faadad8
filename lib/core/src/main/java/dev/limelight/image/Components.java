package dev.limelight.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connected parts of a mask; cells are neighbours by their sides. Cells beside each other in a
 * row are one run, so there is little to join.
 */
final class Components {

  private final Mask mask;
  private final List<Run> runs = new ArrayList<>();

  /** Cells from one to before another, in a row; each run knows an earlier one of its part. */
  private static final class Run {
    final int from;
    final int to;
    Run earlier = this;
    int size;
    int @Nullable [] cells;

    Run(int from, int to) {
      this.from = from;
      this.to = to;
    }

    Run first() {
      Run first = this;
      while (first.earlier != first) {
        first.earlier = first.earlier.earlier;
        first = first.earlier;
      }
      return first;
    }
  }

  private Components(Mask mask) {
    this.mask = mask;
  }

  /** The cells of each part, row by row; the largest part first, of equal ones the upper one. */
  static List<int[]> of(Mask mask) {
    Components components = new Components(mask);
    components.join();
    return components.parts();
  }

  private void join() {
    boolean[] cells = mask.cells();
    int width = mask.width();
    int above = 0;
    for (int row = 0; row < cells.length; row += width) {
      int begun = runs.size();
      for (int from = row; from < row + width; from++) {
        if (cells[from]) {
          int to = from + 1;
          while (to < row + width && cells[to]) {
            to++;
          }
          Run run = new Run(from, to);
          runs.add(run);
          while (above < begun && runs.get(above).to <= from - width) {
            above++;
          }
          for (int i = above; i < begun && runs.get(i).from < to - width; i++) {
            join(runs.get(i), run);
          }
          from = to;
        }
      }
      above = begun;
    }
  }

  private static void join(Run one, Run other) {
    Run first = one.first();
    Run second = other.first();
    if (first.from < second.from) {
      second.earlier = first;
    } else {
      first.earlier = second;
    }
  }

  private List<int[]> parts() {
    List<int[]> parts = new ArrayList<>();
    runs.forEach(run -> run.first().size += run.to - run.from);
    for (Run run : runs) {
      Run first = run.first();
      if (first.cells == null) {
        first.cells = new int[first.size];
        first.size = 0;
        parts.add(first.cells);
      }
      for (int cell = run.from; cell < run.to; cell++) {
        first.cells[first.size++] = cell;
      }
    }
    parts.sort(Comparator.comparingInt(part -> -part.length));
    return parts;
  }
}
