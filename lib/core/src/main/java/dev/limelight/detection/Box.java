package dev.limelight.detection;

import java.awt.geom.Rectangle2D;
import java.io.Serializable;
import java.util.Locale;

/**
 * A box by its edges, in pixels from the top left corner of the input or of the picture; the first
 * pixel reaches from 0 to 1.
 *
 * @param left of its left edge
 * @param top of its upper edge
 * @param right of its right edge
 * @param bottom of its lower edge
 */
public record Box(double left, double top, double right, double bottom) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The box of a rectangle. */
  public static Box of(Rectangle2D rectangle) {
    return new Box(
        rectangle.getMinX(), rectangle.getMinY(), rectangle.getMaxX(), rectangle.getMaxY());
  }

  /** Its width, 0 where the right edge is left of the left one. */
  public double width() {
    return Math.max(0, right - left);
  }

  /** Its height, 0 where the lower edge is above the upper one. */
  public double height() {
    return Math.max(0, bottom - top);
  }

  /** Its area in pixels. */
  public double area() {
    return width() * height();
  }

  /** Its rectangle. */
  public Rectangle2D rectangle() {
    return new Rectangle2D.Double(left, top, width(), height());
  }

  /** The area that two boxes share, divided by the area that at least one covers; or 0. */
  public double intersectionOverUnion(Box other) {
    double across = Math.min(right, other.right) - Math.max(left, other.left);
    double down = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    double shared = Math.max(0, across) * Math.max(0, down);
    double all = area() + other.area() - shared;
    return all > 0 ? shared / all : 0;
  }

  /**
   * The same box in the pixels of another frame.
   *
   * @param from the frame that these pixels count, such as (0, 0, width, height) of the input
   * @param to the same frame in the other pixels, such as the part of the picture that the network
   *     sees
   */
  public Box moved(Rectangle2D from, Rectangle2D to) {
    double across = to.getWidth() / from.getWidth();
    double down = to.getHeight() / from.getHeight();
    return new Box(
        to.getX() + (left - from.getX()) * across,
        to.getY() + (top - from.getY()) * down,
        to.getX() + (right - from.getX()) * across,
        to.getY() + (bottom - from.getY()) * down);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f,%.1f,%.1f,%.1f", left, top, right, bottom);
  }
}
