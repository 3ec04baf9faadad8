package dev.limelight.drawing;

import dev.limelight.codec.DataUri;
import dev.limelight.codec.Png;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.io.Html;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An image with an alternative text. Notebooks and reports show figures of any kind. */
public interface Figure {

  /** The figure of a {@link Picture}, a {@link Heatmap} or a figure; empty for other values. */
  static Optional<Figure> of(Object value) {
    if (value instanceof Figure figure) {
      return Optional.of(figure);
    }
    if (value instanceof Picture picture) {
      return Optional.of(new PictureFigure(picture));
    }
    return value instanceof Heatmap map ? Optional.of(HeatmapFigure.of(map)) : Optional.empty();
  }

  /** Paints the figure at the resolution at which it is stored. */
  BufferedImage toImage();

  /** What the figure shows, for readers who cannot see it; one or two sentences, plain text. */
  String altText();

  /**
   * The width at which the figure is shown, in CSS pixels; the image has about twice as many
   * pixels.
   */
  default int displayWidth() {
    return Math.max(1, toImage().getWidth() / 2);
  }

  /** The figure as a PNG file's bytes. */
  default byte[] toPng() {
    return Png.encode(toImage());
  }

  /**
   * The figure as self-contained HTML with its alternative text. The image is embedded as JPEG or
   * PNG, whichever keeps the page small.
   */
  default String toHtml() {
    return "<figure style=\"margin:0\"><img width=\""
        + displayWidth()
        + "\" style=\"max-width:100%;height:auto\" alt=\""
        + Html.escape(altText())
        + "\" src=\""
        + DataUri.of(toImage())
        + "\"></figure>";
  }

  /**
   * Writes the figure as a PNG file, completely or not at all.
   *
   * @param file to be written; missing folders are created
   * @throws IOException if the file cannot be written
   */
  default void save(Path file) throws IOException {
    Png.write(toImage(), file);
  }
}
