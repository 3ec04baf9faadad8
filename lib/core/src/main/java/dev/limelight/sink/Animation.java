package dev.limelight.sink;

import dev.limelight.codec.DataUri;
import dev.limelight.codec.Gif;
import dev.limelight.drawing.Figure;
import dev.limelight.io.Html;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.List;

/** Frames as a figure: in a page an animated GIF, elsewhere the last frame. */
final class Animation implements Figure {

  private final List<Gif.Frame> frames;
  private final String altText;
  private final byte[] gif;

  /**
   * An animation.
   *
   * @param frames at least one
   * @param altText what they show
   */
  Animation(List<Gif.Frame> frames, String altText) {
    this.frames = List.copyOf(frames);
    this.altText = altText;
    gif = Gif.encode(frames);
  }

  /** A figure at the size at which it is read: an animation has no room for more pixels. */
  static Gif.Frame frame(Figure figure, Duration time) {
    BufferedImage image = figure.toImage();
    int width = image.getWidth() / 2;
    int height = image.getHeight() / 2;
    BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = half.createGraphics();
    try {
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      g.drawImage(image, 0, 0, width, height, null);
    } finally {
      g.dispose();
    }
    return new Gif.Frame(half, time);
  }

  /** The bytes of the GIF file. */
  byte[] gif() {
    return gif.clone();
  }

  /** The last frame. */
  @Override
  public BufferedImage toImage() {
    return frames.get(frames.size() - 1).image();
  }

  @Override
  public int displayWidth() {
    return toImage().getWidth();
  }

  @Override
  public String altText() {
    return altText;
  }

  /** Readers whose system asks for less motion see the last frame. */
  @Override
  public String toHtml() {
    return "<figure style=\"margin:0\"><picture>"
        + "<source media=\"(prefers-reduced-motion: reduce)\" srcset=\""
        + DataUri.of(toImage())
        + "\"><img width=\""
        + displayWidth()
        + "\" style=\"max-width:100%;height:auto\" alt=\""
        + Html.escape(altText)
        + "\" src=\""
        + DataUri.gif(gif)
        + "\"></picture></figure>";
  }
}
