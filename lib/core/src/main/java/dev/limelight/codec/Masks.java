package dev.limelight.codec;

import dev.limelight.image.Mask;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Reads masks from picture files, by their values and not by how they look:
 *
 * <ul>
 *   <li>values 0 and 1: 1 is the object;
 *   <li>grey levels and colours: the object is where the brightest channel is above half, 127 of
 *       255, and the picture is not transparent;
 *   <li>a palette of colours: any index but 0 is the object; a palette of grey levels is read as
 *       these.
 * </ul>
 */
@API(status = Status.INTERNAL)
public final class Masks {

  private Masks() {}

  /**
   * Reads a mask.
   *
   * @throws IOException if it is not a picture, or its values fit none of the kinds; the message
   *     says what they are
   */
  public static Mask read(Path file) throws IOException {
    return of(PictureReader.samples(file), "the mask " + file);
  }

  /**
   * Reads a mask from the bytes of its file.
   *
   * @param name of the mask; messages begin with it
   * @throws IOException as {@link #read(Path)} does
   */
  public static Mask read(byte[] bytes, String name) throws IOException {
    return of(PictureReader.samples(bytes, name), name);
  }

  private static Mask of(BufferedImage image, String name) throws IOException {
    int[] values = values(image);
    int max = Arrays.stream(values).max().orElse(0);
    if (max > 1 && max <= 127) {
      throw new IOException(
          name
              + " has values from "
              + Arrays.stream(values).min().orElse(0)
              + " to "
              + max
              + ", which is neither 0 and 1 nor 0 and 255; write 255 on the object and 0 elsewhere");
    }
    int above = max == 1 ? 0 : max <= 255 ? 127 : 65535 / 2;
    boolean[] cells = new boolean[values.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = values[i] > above;
    }
    return new Mask(image.getWidth(), image.getHeight(), cells);
  }

  /** One value a pixel, as stored. */
  private static int[] values(BufferedImage image) {
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int bands = raster.getNumBands();
    int colors = Math.min(bands, model.getNumColorComponents());
    boolean indexed = model instanceof IndexColorModel;
    int[] levels = indexed ? levels((IndexColorModel) model, raster) : new int[0];
    int[] values = new int[width * image.getHeight()];
    int[] row = new int[width * bands];
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int value = 0;
        if (indexed) {
          value = levels[row[x]];
        } else if (bands == colors || row[x * bands + colors] > 0) {
          for (int band = 0; band < colors; band++) {
            value = Math.max(value, row[x * bands + band]);
          }
        }
        values[y * width + x] = value;
      }
    }
    return values;
  }

  /** The value that each index of a palette stands for. */
  private static int[] levels(IndexColorModel palette, Raster raster) {
    int size = Math.max(palette.getMapSize(), 1 << palette.getPixelSize());
    int[] levels = new int[size];
    boolean[] used = new boolean[size];
    for (int index :
        raster.getPixels(
            raster.getMinX(),
            raster.getMinY(),
            raster.getWidth(),
            raster.getHeight(),
            (int[]) null)) {
      used[index] = true;
    }
    boolean grey = true;
    for (int i = 0; i < palette.getMapSize(); i++) {
      int red = palette.getRed(i);
      grey &= !used[i] || red == palette.getGreen(i) && red == palette.getBlue(i);
      levels[i] = palette.getAlpha(i) == 0 ? 0 : red;
    }
    if (!grey) {
      for (int i = 0; i < size; i++) {
        levels[i] = i == 0 ? 0 : 1;
      }
    }
    return levels;
  }
}
