package dev.limelight.drawing;

import dev.limelight.image.Contour;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Region;
import java.awt.Rectangle;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/**
 * A heatmap and its place on a picture.
 *
 * @param map of any size
 * @param region where it lies, in pixels of the picture
 * @param crisp whether it is of areas, whose edges are kept
 */
record PlacedMap(Heatmap map, Rectangle2D region, boolean crisp) {

  /** The same map on the picture at another size. */
  PlacedMap scaled(double scaleX, double scaleY) {
    return new PlacedMap(
        map,
        new Rectangle2D.Double(
            region.getX() * scaleX,
            region.getY() * scaleY,
            region.getWidth() * scaleX,
            region.getHeight() * scaleY),
        crisp);
  }

  /** The map in pixels. */
  Heatmap inPixels() {
    Rectangle pixels = pixels();
    return crisp
        ? map.resizedToNearest(pixels.width, pixels.height)
        : map.resized(pixels.width, pixels.height);
  }

  /** The whole pixels that the map covers. */
  Rectangle pixels() {
    return Region.wholePixels(region);
  }

  /** Where the map's maximum lies, in pixels of the picture. */
  Point2D peak() {
    Heatmap.Point cell = crisp ? map.centralPeak() : map.peak();
    return new Point2D.Double(
        region.getX() + (cell.x() + 0.5) / map.width() * region.getWidth(),
        region.getY() + (cell.y() + 0.5) / map.height() * region.getHeight());
  }

  /** The line around everything above half of the map's maximum, in pixels of the picture. */
  Path2D outline() {
    Rectangle pixels = pixels();
    Path2D line = Contour.halfMaximum(inPixels());
    line.transform(AffineTransform.getTranslateInstance(pixels.x, pixels.y));
    return line;
  }
}
