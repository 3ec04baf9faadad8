package dev.limelight.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connected components of a mask, by their sides or by corners too. Adjacent cells of a row
 * form a run, and runs that touch are joined by union-find.
 */
final class Components {

  private final Mask mask;

  /** How far beyond its ends a run touches runs of the row above. */
  private final int reach;

  private final List<Run> runs = new ArrayList<>();

  /**
   * The cells of a row from one index to another, the last one excluded. The runs of a component
   * form a tree, whose root is the first of them.
   */
  private static final class Run {
    final int from;
    final int to;
    Run parent = this;
    int size;
    int @Nullable [] cells;

    Run(int from, int to) {
      this.from = from;
      this.to = to;
    }

    Run root() {
      Run root = this;
      while (root.parent != root) {
        root.parent = root.parent.parent;
        root = root.parent;
      }
      return root;
    }
  }

  private Components(Mask mask, boolean corners) {
    this.mask = mask;
    reach = corners ? 1 : 0;
  }

  /**
   * The cells of each component, row by row. The largest component comes first; of equally large
   * ones, the upper one.
   *
   * @param corners whether cells that touch at a corner are connected
   */
  static List<int[]> of(Mask mask, boolean corners) {
    Components components = new Components(mask, corners);
    components.join();
    return components.cells();
  }

  private void join() {
    boolean[] cells = mask.cells();
    int width = mask.width();
    int above = 0;
    for (int row = 0; row < cells.length; row += width) {
      int rowStart = runs.size();
      for (int from = row; from < row + width; from++) {
        if (cells[from]) {
          int to = from + 1;
          while (to < row + width && cells[to]) {
            to++;
          }
          Run run = new Run(from, to);
          runs.add(run);
          while (above < rowStart && runs.get(above).to <= from - width - reach) {
            above++;
          }
          for (int i = above; i < rowStart && runs.get(i).from < to - width + reach; i++) {
            join(runs.get(i), run);
          }
          from = to;
        }
      }
      above = rowStart;
    }
  }

  private static void join(Run one, Run other) {
    Run first = one.root();
    Run second = other.root();
    if (first.from < second.from) {
      second.parent = first;
    } else {
      first.parent = second;
    }
  }

  private List<int[]> cells() {
    List<int[]> components = new ArrayList<>();
    runs.forEach(run -> run.root().size += run.to - run.from);
    for (Run run : runs) {
      Run root = run.root();
      if (root.cells == null) {
        root.cells = new int[root.size];
        root.size = 0;
        components.add(root.cells);
      }
      for (int cell = run.from; cell < run.to; cell++) {
        root.cells[root.size++] = cell;
      }
    }
    components.sort(Comparator.comparingInt(component -> -component.length));
    return components;
  }
}
