package dev.limelight.report;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import java.util.Arrays;

/** The picture on which maps are drawn. */
final class Canvas {

  private static final int GREY = 0x808080;

  private Canvas() {}

  /** The explained picture, or a grey one of the network's input size if a tensor was explained. */
  static Picture of(PictureMaps maps) {
    if (maps.picture() != null) {
      return maps.picture();
    }
    Heatmap input = maps.maps().get(0).explanation().heatmap();
    int[] rgb = new int[input.width() * input.height()];
    Arrays.fill(rgb, GREY);
    return Picture.of(input.width(), input.height(), rgb, maps.name());
  }
}
