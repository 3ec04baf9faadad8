package dev.limelight.drawing;

import java.awt.image.BufferedImage;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A figure whose caption a {@link Gallery} draws, so that the pictures of a row are aligned. */
@API(status = Status.INTERNAL)
public interface Tile extends Figure {

  /**
   * The drawing without its caption.
   *
   * @param height of the picture or map in stored pixels; a colour bar may add a little above and
   *     below
   */
  BufferedImage body(int height);

  /** The text below the drawing, or an empty string. */
  String caption();
}
