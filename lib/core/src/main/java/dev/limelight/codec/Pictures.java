package dev.limelight.codec;

import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Pictures read from files, and to and from Java's own images. */
public final class Pictures {

  /** The endings of the files that can be read, in lower case and without a dot. */
  public static final List<String> ENDINGS =
      List.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "wbmp");

  private Pictures() {}

  /**
   * Reads a picture: PNG, JPEG (turned as its EXIF orientation says), GIF (the first frame), BMP,
   * TIFF or WBMP; grey, indexed, 16-bit and transparent ones (laid on white) become opaque RGB.
   *
   * @throws IOException whose one sentence names the file, what is wrong with it and what to do: no
   *     such file, a folder, empty, not a picture, damaged, more than 100 megapixels
   */
  public static Picture read(Path file) throws IOException {
    return PictureReader.read(file);
  }

  /**
   * Reads several pictures of a folder.
   *
   * @param names of the files, in the order wanted
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
   * @param name what it is called; messages begin with it
   * @throws IOException as {@link #read(Path)} does
   */
  public static Picture read(byte[] bytes, String name) throws IOException {
    return PictureReader.read(bytes, name);
  }

  /** Whether a file's name ends as those of pictures do, in any case. */
  public static boolean isPictureName(String name) {
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** A picture of an image's pixels, which are copied; transparent parts are laid on white. */
  public static Picture of(BufferedImage image, String name) {
    return Picture.of(image.getWidth(), image.getHeight(), OpaquePixels.of(image), name);
  }

  /** The picture at its own size; a new image each time. */
  public static BufferedImage toImage(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, picture.rgb());
    return image;
  }
}
