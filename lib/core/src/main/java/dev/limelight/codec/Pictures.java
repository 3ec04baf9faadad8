package dev.limelight.codec;

import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads pictures from files, and converts them from and to AWT images. */
public final class Pictures {

  /** The extensions of the files that can be read, in lower case and without a dot. */
  public static final List<String> ENDINGS =
      List.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "wbmp");

  private Pictures() {}

  /**
   * Reads a picture: PNG, JPEG (rotated by its EXIF orientation), GIF (the first frame), BMP, TIFF
   * or WBMP. Grey, indexed, 16-bit and transparent ones (drawn on white) become opaque RGB.
   *
   * @throws IOException if there is no such file, or it is a folder, empty, not a picture, damaged
   *     or larger than 100 megapixels; the message is one sentence, with the file and what to do
   */
  public static Picture read(Path file) throws IOException {
    return PictureReader.read(file);
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
    return PictureReader.read(bytes, name);
  }

  /** Whether a file's name has the extension of a picture, in upper or lower case. */
  public static boolean isPictureName(String name) {
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** A picture with a copy of an image's pixels; transparent parts are drawn on white. */
  public static Picture of(BufferedImage image, String name) {
    return Picture.of(image.getWidth(), image.getHeight(), OpaquePixels.of(image), name);
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
