package dev.limelight.codec;

import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Reads pictures from files, and converts them from and to AWT images. */
public final class Pictures {

  /** The extensions of the files that can be read, in lower case and without a dot. */
  public static final List<String> ENDINGS =
      List.of("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "wbmp");

  /**
   * Also those of formats that cannot be read: a folder's pictures are listed by them, so that none
   * is left out silently.
   */
  public static final List<String> LISTED =
      Stream.concat(ENDINGS.stream(), Stream.of("heic", "heif", "avif", "jp2", "jxl", "psd"))
          .toList();

  private Pictures() {}

  /**
   * Reads a picture: PNG, JPEG, WebP, TIFF, GIF, BMP or WBMP, turned as its Exif block says. Grey,
   * indexed, CMYK, 16-bit and transparent ones (drawn on white) become opaque RGB, without the
   * file's colour profile; {@link Picture#notes()} tells what was left out, such as the frames of
   * an animation.
   *
   * @throws IOException if there is no such file, or it is a folder, empty, not a picture, damaged
   *     or larger than 100 megapixels; the message is one sentence, with the file and what to do
   */
  public static Picture read(Path file) throws IOException {
    return PictureReader.read(file, null);
  }

  /**
   * Reads a picture whose samples do not have the range of their type, such as 12 bits of 16 or
   * floating point.
   *
   * @param black the sample that becomes black
   * @param white the sample that becomes white; what is outside is cut off
   * @throws IOException as {@link #read(Path)} does
   * @throws IllegalArgumentException unless black is below white and both are finite
   */
  public static Picture read(Path file, double black, double white) throws IOException {
    return PictureReader.read(file, new SampleRange(black, white));
  }

  /** Loads what reads pictures, so that the first one takes no longer than the next. */
  @API(status = Status.INTERNAL)
  public static void prepare() {
    try {
      PictureFormats.prepare();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads several pictures of a folder.
   *
   * @param names of the files, in the order of the result
   * @throws IOException as {@link #read(Path)} does
   */
  public static List<Picture> readAll(Path folder, String... names) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (String name : names) {
      pictures.add(read(folder.resolve(name)));
    }
    return List.copyOf(pictures);
  }

  /**
   * Reads a picture from the bytes of its file.
   *
   * @param name of the picture; messages begin with it
   * @throws IOException as {@link #read(Path)} does
   */
  public static Picture read(byte[] bytes, String name) throws IOException {
    return PictureReader.read(bytes, name, null);
  }

  /**
   * Reads a picture from the bytes of its file, with a range of samples as {@link #read(Path,
   * double, double)} does.
   */
  public static Picture read(byte[] bytes, String name, double black, double white)
      throws IOException {
    return PictureReader.read(bytes, name, new SampleRange(black, white));
  }

  /** Whether a file's name has one of the {@link #LISTED} extensions, in upper or lower case. */
  public static boolean isPictureName(String name) {
    return LISTED.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * A picture with a copy of an image's pixels; transparent parts are drawn on white.
   *
   * @throws IllegalArgumentException if its samples are floating point or signed
   */
  public static Picture of(BufferedImage image, String name) {
    try {
      OpaquePixels pixels = OpaquePixels.of(image, null);
      return Picture.of(image.getWidth(), image.getHeight(), pixels.rgb(), name)
          .noted(pixels.notes());
    } catch (OpaquePixels.UnknownRangeException e) {
      throw new IllegalArgumentException(name + " " + e.getMessage(), e);
    }
  }

  /** A new image of the picture, at its size. */
  public static BufferedImage toImage(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, picture.rgb());
    return image;
  }
}
