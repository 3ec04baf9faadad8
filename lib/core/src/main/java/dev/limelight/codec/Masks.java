package dev.limelight.codec;

import dev.limelight.codec.Orientation.Pixels;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Reads masks from picture files, turned as their own Exif block says, by their values and not by
 * how they look:
 *
 * <ul>
 *   <li>values 0 and 1: 1 is the object;
 *   <li>grey levels and colours: the object is where the brightest channel is above half, 127 of
 *       255, and the picture is not transparent;
 *   <li>a palette of colours: any index but 0 is the object; a palette of grey levels is read as
 *       these.
 * </ul>
 *
 * A picture may be turned by its Exif block when it is read, and tools disagree whether masks are
 * drawn before or after that. A mask that only fits the stored pixels is turned as the picture is;
 * one that would fit either way is taken as drawn on the turned picture. Both are noted.
 */
@API(status = Status.INTERNAL)
public final class Masks {

  private Masks() {}

  /**
   * The mask of a picture.
   *
   * @param mask of the size of the picture
   * @param notes on how it was read, a sentence each
   */
  public record OfPicture(Mask mask, List<String> notes) {
    /** Copies the notes. */
    public OfPicture {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Reads the mask of a picture.
   *
   * @param pictureFile the file that the picture was read from
   * @throws IOException as {@link #read(Path)} does, or if it does not fit the picture
   */
  public static OfPicture read(Path file, Path pictureFile, Picture picture) throws IOException {
    try (InputStream in = Files.newInputStream(pictureFile)) {
      return fitted(
          PictureReader.samples(file), "the mask " + file, PictureReader.orientation(in), picture);
    }
  }

  /**
   * Reads the mask of a picture from the bytes of its file.
   *
   * @param name of the mask; messages begin with it
   * @param pictureFile the bytes that the picture was read from; empty if it was decoded elsewhere
   * @throws IOException as {@link #read(Path)} does, or if it does not fit the picture
   */
  public static OfPicture read(byte[] bytes, String name, byte[] pictureFile, Picture picture)
      throws IOException {
    int orientation = PictureReader.orientation(new ByteArrayInputStream(pictureFile));
    return fitted(PictureReader.samples(bytes, name), name, orientation, picture);
  }

  private static OfPicture fitted(
      PictureReader.Stored stored, String name, int orientation, Picture picture)
      throws IOException {
    Mask mask = of(stored, name);
    boolean fits = mask.width() == picture.width() && mask.height() == picture.height();
    boolean rotated = orientation >= 5;
    if (!fits
        && rotated
        && stored.orientation() == 1
        && mask.width() == picture.height()
        && mask.height() == picture.width()) {
      return new OfPicture(
          turned(mask, orientation),
          List.of("its mask has the size of the stored pixels, so it is turned as the picture is"));
    }
    if (!fits) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s is %d x %d, but its picture is %d x %d; give a mask of that size",
              name,
              mask.width(),
              mask.height(),
              picture.width(),
              picture.height()));
    }
    boolean either =
        stored.orientation() == 1
            && orientation > 1
            && (!rotated || picture.width() == picture.height());
    return new OfPicture(
        mask,
        either
            ? List.of(
                "its Exif block turns it, and its mask is taken as drawn on the turned picture;"
                    + " save both without Exif if it was drawn on the stored pixels")
            : List.of());
  }

  private static Mask turned(Mask mask, int orientation) {
    boolean[] cells = mask.cells();
    int[] values = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      values[i] = cells[i] ? 1 : 0;
    }
    Pixels upright = new Pixels(mask.width(), mask.height(), values).upright(orientation);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = upright.rgb()[i] > 0;
    }
    return new Mask(upright.width(), upright.height(), cells);
  }

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

  private static Mask of(PictureReader.Stored stored, String name) throws IOException {
    BufferedImage image = stored.image();
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
    return turned(new Mask(image.getWidth(), image.getHeight(), cells), stored.orientation());
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
