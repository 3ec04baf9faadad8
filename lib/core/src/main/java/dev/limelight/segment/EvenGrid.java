package dev.limelight.segment;

import org.jspecify.annotations.Nullable;

/**
 * Rectangles of about equal size, the same number in each row and column.
 *
 * @param side how many in a row and in a column
 */
record EvenGrid(int side) implements Segmenter {

  /** Checks. */
  EvenGrid {
    if (side < 2) {
      throw new IllegalArgumentException(
          "a grid has at least 2 cells in a row, but got " + side + "; 8 is usual");
    }
  }

  @Override
  public Segments of(ColourPlanes colours, @Nullable Frame frame) {
    int width = colours.width();
    int height = colours.height();
    int[] labels = new int[width * height];
    for (int i = 0; i < labels.length; i++) {
      long column = (long) (i % width) * side / width;
      long row = (long) (i / width) * side / height;
      labels[i] = (int) (row * side + column);
    }
    return Segments.ofLabels(width, height, labels);
  }
}
