package dev.limelight.codec;

import dev.limelight.codec.Orientation.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An image whose values are the numbers of segments: grey levels, colours or the indices of a
 * palette. Only which pixels have the same matters.
 *
 * @param width in pixels
 * @param height in pixels
 * @param labels one a pixel, row by row, counted from 0; not copied
 */
@API(status = Status.INTERNAL)
public record LabelImage(int width, int height, int[] labels) {

  /** More are the colours of a photo. */
  private static final int MOST = 4096;

  /**
   * Reads one, turned as its own Exif block says.
   *
   * @throws IOException if it is no picture, or has as many values as a photo
   */
  public static LabelImage read(Path file) throws IOException {
    PictureReader.Stored stored = PictureReader.samples(file);
    BufferedImage image = stored.image();
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    int bands = raster.getNumBands();
    int[] row = new int[width * bands];
    int[] labels = new int[width * height];
    Map<Long, Integer> numbers = new HashMap<>();
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        long value = 0;
        for (int band = 0; band < bands; band++) {
          value = value << 16 | row[x * bands + band];
        }
        Integer known = numbers.putIfAbsent(value, numbers.size());
        labels[y * width + x] = known == null ? numbers.size() - 1 : known;
      }
      if (numbers.size() > MOST) {
        throw new IOException(
            file
                + " has more than "
                + MOST
                + " different values, as a photo has; a label image has one a segment: save it as"
                + " PNG, without smoothing");
      }
    }
    Pixels upright = new Pixels(width, height, labels).upright(stored.orientation());
    return new LabelImage(upright.width(), upright.height(), upright.rgb());
  }
}
