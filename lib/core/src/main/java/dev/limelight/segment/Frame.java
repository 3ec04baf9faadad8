package dev.limelight.segment;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A picture and the part of it that a network saw, which may reach beyond it.
 *
 * @param name of the picture
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param left edge of the part, in pixels of the picture
 * @param top edge of the part, in pixels of the picture
 * @param across the width of the part, in pixels of the picture
 * @param down the height of the part, in pixels of the picture
 * @param alone whether it is the only picture that is explained
 */
@API(status = Status.INTERNAL)
public record Frame(
    String name,
    int width,
    int height,
    double left,
    double top,
    double across,
    double down,
    boolean alone) {

  /**
   * The pixel of the picture at the centre of a pixel of the input.
   *
   * @param columns of the input
   * @param rows of the input
   * @return its index, row by row, or -1 beyond the picture
   */
  int pixel(int x, int y, int columns, int rows) {
    int column = (int) Math.floor(left + (x + 0.5) * across / columns);
    int row = (int) Math.floor(top + (y + 0.5) * down / rows);
    boolean inside = column >= 0 && row >= 0 && column < width && row < height;
    return inside ? row * width + column : -1;
  }
}
