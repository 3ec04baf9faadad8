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

/**
 * Anything that can be looked at: it paints itself and says in words what it shows. Notebooks and
 * reports show a figure without knowing what it is.
 */
public interface Figure {

  /** How a value is drawn: a {@link Picture}, a {@link Heatmap} or a figure; nothing else is. */
  static Optional<Figure> of(Object value) {
    if (value instanceof Figure figure) {
      return Optional.of(figure);
    }
    if (value instanceof Picture picture) {
      return Optional.of(new PictureFigure(picture));
    }
    return value instanceof Heatmap map ? Optional.of(HeatmapFigure.of(map)) : Optional.empty();
  }

  /** Paints the figure at the pixels it is meant to be stored with. */
  BufferedImage toImage();

  /** What the figure shows, for readers who cannot see it; one or two sentences, plain text. */
  String altText();

  /**
   * The width, in CSS pixels, at which the figure is meant to be read; the image holds about twice
   * as many pixels.
   */
  default int displayWidth() {
    return Math.max(1, toImage().getWidth() / 2);
  }

  /** The figure as a PNG file's bytes. */
  default byte[] toPng() {
    return Png.encode(toImage());
  }

  /**
   * The figure as HTML that stands alone: the picture is inside, with its alternative text. Photos
   * go in as JPEG, drawings as PNG, whichever keeps the page small.
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
   * Writes the figure as a PNG file; the file appears whole or not at all.
   *
   * @param file where to write; folders that are missing are made
   * @throws IOException if the file cannot be written
   */
  default void save(Path file) throws IOException {
    Png.write(toImage(), file);
  }
}
