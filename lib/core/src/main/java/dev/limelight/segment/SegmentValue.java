package dev.limelight.segment;

import java.awt.geom.Rectangle2D;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What one segment contributes to a score.
 *
 * @param number of the segment, from 1
 * @param name of its file or label; its number where it has none
 * @param value in the unit of the map
 * @param error the standard error of the value from the choice of samples; 0 where all were looked
 *     at, NaN where it is not known
 * @param area its share of the input's pixels, above 0 and up to 1
 * @param box around it, in pixels of the picture, or of the input where there is no picture
 */
@API(status = Status.INTERNAL)
public record SegmentValue(
    int number, String name, double value, double error, double area, Rectangle2D box) {

  /** Keeps its own box. */
  public SegmentValue {
    box = (Rectangle2D) box.clone();
  }

  /** The box. */
  @Override
  public Rectangle2D box() {
    return (Rectangle2D) box.clone();
  }

  /** The same with its box elsewhere. */
  public SegmentValue withBox(Rectangle2D other) {
    return new SegmentValue(number, name, value, error, area, other);
  }
}
