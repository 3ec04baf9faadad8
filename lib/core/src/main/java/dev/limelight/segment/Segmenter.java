package dev.limelight.segment;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A way to divide a picture. */
@API(status = Status.INTERNAL)
public interface Segmenter {

  /**
   * Divides a picture.
   *
   * @param colours the picture as the network takes it
   * @param frame which part of which picture that is; null where a ready tensor was explained
   * @throws IllegalArgumentException if files do not fit the picture
   */
  Segments of(ColourPlanes colours, @Nullable Frame frame);

  /** Whether the segments come from files, which fit one picture. */
  default boolean isOfFiles() {
    return false;
  }

  /**
   * The way that is written as {@code slic:50} for about so many superpixels (small ones are
   * joined, so that there may be half as many), {@code felzenszwalb:100} for superpixels of a
   * scale, {@code grid:8} for 8 x 8 rectangles, or the name of a label image or of a folder of
   * masks.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static Segmenter parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String number = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "slic" -> new Slic(whole(text, number, 50));
      case "felzenszwalb" -> new Felzenszwalb(real(text, number));
      case "grid" -> new EvenGrid(whole(text, number, 8));
      default -> new MaskFiles(path(text));
    };
  }

  private static int whole(String text, String number, int usual) {
    try {
      return number.isEmpty() ? usual : Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw unknown(text, e);
    }
  }

  private static double real(String text, String number) {
    try {
      return number.isEmpty() ? 100 : Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw unknown(text, e);
    }
  }

  private static Path path(String text) {
    try {
      Path path = Path.of(text);
      if (!text.isBlank() && Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw unknown(text, e);
    }
    throw unknown(text, null);
  }

  private static IllegalArgumentException unknown(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "segments are slic:50, felzenszwalb:100, grid:8, a label image or a folder of masks, but '"
            + text
            + "' is none of them and no file of that name is there",
        cause);
  }
}
