package dev.limelight;

import dev.limelight.image.Framing;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.image.Region;
import dev.limelight.image.Threshold;
import dev.limelight.method.Origin;
import dev.limelight.model.Preprocessing;
import dev.limelight.segment.Frame;
import dev.limelight.segment.SegmentValue;
import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The input that was explained, and the part of it that a map covers.
 *
 * @param picture the picture, or null where a ready tensor was explained
 * @param region the part that the network saw, in pixels of the picture, or null without a picture
 * @param width of the input, in pixels
 * @param height of the input, in pixels
 */
record Subject(@Nullable Picture picture, @Nullable Rectangle2D region, int width, int height) {

  static Subject of(Picture picture, Preprocessing by) {
    return new Subject(
        picture, by.visibleRegion(picture.width(), picture.height()), by.width(), by.height());
  }

  /**
   * Where the inputs of a batch come from.
   *
   * @param alone whether there is no other picture
   */
  static Origin origin(List<Subject> subjects, Preprocessing by, boolean alone) {
    List<Frame> frames = new ArrayList<>();
    for (Subject one : subjects) {
      if (one.picture == null || one.region == null) {
        return Origin.UNKNOWN;
      }
      frames.add(
          new Frame(
              one.picture.name(),
              one.picture.width(),
              one.picture.height(),
              one.region.getX(),
              one.region.getY(),
              one.region.getWidth(),
              one.region.getHeight(),
              alone));
    }
    return new Origin(by.pipeline() == null ? by.values() : null, frames);
  }

  /** Values of segments with their boxes in pixels of the picture, where there is one. */
  List<SegmentValue> placed(List<SegmentValue> segments) {
    return region == null
        ? segments
        : segments.stream().map(one -> one.withBox(placed(one.box(), region))).toList();
  }

  /** A box of the input in pixels of the picture. */
  private Rectangle2D placed(Rectangle2D box, Rectangle2D visible) {
    double scaleX = visible.getWidth() / width;
    double scaleY = visible.getHeight() / height;
    return new Rectangle2D.Double(
        visible.getX() + box.getX() * scaleX,
        visible.getY() + box.getY() * scaleY,
        box.getWidth() * scaleX,
        box.getHeight() * scaleY);
  }

  /** Ready tensors, of which there are no pictures. */
  static List<Subject> unseen(int count, int width, int height) {
    return Collections.nCopies(count, new Subject(null, null, width, height));
  }

  /**
   * The picture.
   *
   * @throws IllegalStateException if there is none
   */
  Picture shown() {
    if (picture == null) {
      throw withoutPicture();
    }
    return picture;
  }

  /**
   * The part of the picture that the network saw, in pixels of the picture.
   *
   * @throws IllegalStateException if there is no picture
   */
  Rectangle2D visible() {
    if (region == null) {
      throw withoutPicture();
    }
    return region;
  }

  /** The picture's size and the part of it that the network saw. */
  Framing framing() {
    Picture shown = shown();
    return new Framing(shown.width(), shown.height(), visible());
  }

  private static IllegalStateException withoutPicture() {
    return new IllegalStateException(
        "an overlay needs a picture, and a tensor was explained; draw map() instead");
  }

  /** The smallest box around the largest strong part of a map, in pixels of the picture. */
  Rectangle2D box(Heatmap map, double share) {
    Picture shown = shown();
    Rectangle2D visible = visible();
    Rectangle cells = Mask.of(map, share).largest().bounds();
    return placed(cells, visible).createIntersection(new Rectangle(shown.width(), shown.height()));
  }

  /** The strong parts of a map, in pixels of the picture. */
  List<Region> regions(Heatmap map, Threshold threshold) {
    Rectangle pixels = new Rectangle(shown().width(), shown().height());
    return Region.all(map, threshold, visible(), pixels);
  }

  /** The part of a mask of the picture that the network saw. */
  Mask within(Mask mask) {
    Picture shown = shown();
    if (mask.width() != shown.width() || mask.height() != shown.height()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a mask of the picture is %d x %d as the picture is, but got one of %d x %d",
              shown.width(),
              shown.height(),
              mask.width(),
              mask.height()));
    }
    return mask.within(visible());
  }
}
