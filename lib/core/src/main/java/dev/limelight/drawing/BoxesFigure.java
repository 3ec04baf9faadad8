package dev.limelight.drawing;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A picture with numbered boxes, the first one on top.
 *
 * @param picture below the boxes
 * @param boxes in pixels of the picture
 * @param names what is written at each box
 */
@API(status = Status.INTERNAL)
public record BoxesFigure(Picture picture, List<Rectangle2D> boxes, List<String> names)
    implements Tile {

  private static final int SMALLEST = 320;
  private static final int LARGEST = 1280;

  /** Copies the lists. */
  public BoxesFigure {
    boxes = List.copyOf(boxes);
    names = List.copyOf(names);
  }

  @Override
  public BufferedImage toImage() {
    int longest = Math.max(picture.width(), picture.height());
    double shown = Math.max(SMALLEST, Math.min(LARGEST, longest));
    return body(stored(picture.height(), Text.SCALE * shown / longest));
  }

  @Override
  public BufferedImage body(int height) {
    double factor = (double) height / picture.height();
    int width = stored(picture.width(), factor);
    BufferedImage image = Pictures.toImage(picture.resized(width, height));
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    List<Rectangle2D> drawn = new ArrayList<>();
    for (Rectangle2D box : boxes) {
      drawn.add(
          new Rectangle2D.Double(
              box.getX() * factor,
              box.getY() * factor,
              box.getWidth() * factor,
              box.getHeight() * factor));
    }
    for (int i = drawn.size() - 1; i >= 0; i--) {
      Annotations.halo(g, drawn.get(i));
    }
    List<Rectangle> plates = new ArrayList<>();
    for (int i = 0; i < drawn.size(); i++) {
      Rectangle plate = plate(names.get(i), i, drawn, plates, new Dimension(width, height));
      plates.add(plate);
      g.setColor(new Color(255, 255, 255, 215));
      g.fill(plate);
      int left = plate.x + 2 * Text.SCALE;
      Text.draw(g, List.of(names.get(i)), Text.SMALL, left, plate.y, plate.width, false);
    }
    g.dispose();
    return image;
  }

  private static int stored(int length, double factor) {
    return Math.max(1, (int) Math.round(length * factor));
  }

  /** Empty: the texts are at the boxes. */
  @Override
  public String caption() {
    return "";
  }

  /**
   * Where the text of a box is written: above it, beside it or in one of its corners, whichever
   * hides least of the texts that are there and then of other boxes.
   */
  private static Rectangle plate(
      String text, int of, List<Rectangle2D> all, List<Rectangle> plates, Dimension picture) {
    int across = Text.width(text, Text.SMALL) + 4 * Text.SCALE;
    int down = Text.lineHeight(Text.SMALL);
    Rectangle box = all.get(of).getBounds();
    int[] lefts = {
      box.x, box.x - across, box.x + box.width - across, box.x + box.width, box.x, box.x
    };
    int[] tops = {box.y - down, box.y, box.y - down, box.y, box.y + box.height, box.y};
    Rectangle best = new Rectangle();
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < lefts.length; i++) {
      int left = Math.max(0, Math.min(lefts[i], picture.width - across));
      int top = Math.max(0, Math.min(tops[i], picture.height - down));
      Rectangle place = new Rectangle(left, top, across, down);
      double hidden = plates.stream().mapToDouble(one -> area(one.intersection(place))).sum();
      double covered = -area(all.get(of).createIntersection(place));
      for (Rectangle2D one : all) {
        covered += area(one.createIntersection(place));
      }
      // A text under a text cannot be read; a corner of a box can do without.
      double cost = all.size() * hidden + covered;
      if (cost < least) {
        least = cost;
        best = place;
      }
    }
    return best;
  }

  private static double area(Rectangle2D part) {
    return part.isEmpty() ? 0 : part.getWidth() * part.getHeight();
  }

  @Override
  public String altText() {
    return "Picture "
        + picture.name()
        + " with "
        + boxes.size()
        + (boxes.size() == 1 ? " box: " : " boxes: ")
        + String.join(", ", names)
        + ".";
  }
}
