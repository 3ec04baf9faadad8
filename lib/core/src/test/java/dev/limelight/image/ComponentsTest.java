package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ComponentsTest {

  /** Against cells that spread one by one, on masks from nearly empty to nearly full. */
  @Property
  void theyAreWhatSpreadsFromEachCell(
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @IntRange(min = 1, max = 12) int height,
      @ForAll @IntRange(min = 0, max = 100) int percent,
      @ForAll boolean corners,
      @ForAll long seed) {
    java.util.Random random = new java.util.Random(seed);
    boolean[] cells = new boolean[width * height];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = random.nextInt(100) < percent;
    }
    assertThat(told(Components.of(new Mask(width, height, cells), corners)))
        .isEqualTo(told(slow(cells, width, corners)));
  }

  private static String told(List<int[]> parts) {
    return parts.stream().map(Arrays::toString).toList().toString();
  }

  private static List<int[]> slow(boolean[] cells, int width, boolean corners) {
    boolean[] left = cells.clone();
    List<int[]> parts = new ArrayList<>();
    for (int start = 0; start < left.length; start++) {
      TreeSet<Integer> part = new TreeSet<>();
      spread(left, width, start, part, corners);
      if (!part.isEmpty()) {
        parts.add(part.stream().mapToInt(i -> i).toArray());
      }
    }
    parts.sort(Comparator.comparingInt(part -> -part.length));
    return parts;
  }

  private static void spread(
      boolean[] left, int width, int cell, TreeSet<Integer> part, boolean corners) {
    if (cell < 0 || cell >= left.length || !left[cell]) {
      return;
    }
    left[cell] = false;
    part.add(cell);
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        int x = cell % width + dx;
        if (x >= 0 && x < width && (corners || dx == 0 || dy == 0)) {
          spread(left, width, cell + dy * width + dx, part, corners);
        }
      }
    }
  }
}
