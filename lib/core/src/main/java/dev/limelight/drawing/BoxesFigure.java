package dev.limelight.drawing;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
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
    for (int i = boxes.size() - 1; i >= 0; i--) {
      Rectangle2D box = boxes.get(i);
      double x = box.getX() * factor;
      double y = box.getY() * factor;
      Annotations.halo(
          g, new Rectangle2D.Double(x, y, box.getWidth() * factor, box.getHeight() * factor));
      label(g, names.get(i), x, y, width, height);
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

  /** The text above the box, or within it where the picture ends. */
  private static void label(Graphics2D g, String text, double x, double y, int width, int height) {
    int across = Text.width(text, Text.SMALL) + 4 * Text.SCALE;
    int down = Text.lineHeight(Text.SMALL);
    int left = (int) Math.max(0, Math.min(x, width - across));
    int top = (int) Math.max(0, Math.min(y - down, height - down));
    g.setColor(new Color(255, 255, 255, 215));
    g.fillRect(left, top, across, down);
    Text.draw(g, List.of(text), Text.SMALL, left + 2 * Text.SCALE, top, across, false);
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
