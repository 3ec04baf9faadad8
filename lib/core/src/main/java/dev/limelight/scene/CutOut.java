package dev.limelight.scene;

import dev.limelight.codec.Alpha;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.image.Resampling;
import dev.limelight.image.Resampling.Filter;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Path;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An object without what was around it.
 *
 * @param picture drawn on white, so that half transparent pixels are half white
 * @param alpha the opacity of each pixel from 0 to 1, row by row; copied in and out
 */
@API(status = Status.INTERNAL)
public record CutOut(Picture picture, float[] alpha) {

  private static final int WHITE = 255;

  /** Checks and copies. */
  public CutOut {
    if (alpha.length != picture.width() * picture.height()) {
      throw new IllegalArgumentException(
          picture + " needs an opacity for each pixel, but got " + alpha.length);
    }
    alpha = alpha.clone();
  }

  @Override
  public float[] alpha() {
    return alpha.clone();
  }

  /**
   * Reads a picture with a transparent background, and cuts off what is empty around the object.
   *
   * @throws IOException if it cannot be read, or nothing or everything of it is transparent
   */
  public static CutOut read(Path file) throws IOException {
    return checked(new CutOut(Pictures.read(file), Alpha.read(file)), file.toString());
  }

  /** The same from the bytes of a file. */
  static CutOut read(byte[] bytes, String name) throws IOException {
    return checked(new CutOut(Pictures.read(bytes, name), Alpha.read(bytes, name)), name);
  }

  private static CutOut checked(CutOut read, String name) throws IOException {
    Mask mask = read.mask();
    if (mask.isUniform()) {
      throw new IOException(
          name
              + (mask.area() == 0
                  ? " is transparent everywhere"
                  : " has no transparent pixels, so that its object cannot be told from what is"
                      + " around it")
              + "; a cut-out is a picture such as a PNG whose background is transparent");
    }
    return read.trimmed();
  }

  /** Where the object is: pixels that are at least half opaque. */
  public Mask mask() {
    boolean[] cells = new boolean[alpha.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = alpha[i] >= 0.5f;
    }
    return new Mask(picture.width(), picture.height(), cells);
  }

  private CutOut trimmed() {
    boolean[] visible = new boolean[alpha.length];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = alpha[i] > 0;
    }
    Rectangle box = new Mask(picture.width(), picture.height(), visible).bounds();
    float[] part = new float[box.width * box.height];
    for (int y = 0; y < box.height; y++) {
      System.arraycopy(
          alpha, (box.y + y) * picture.width() + box.x, part, y * box.width, box.width);
    }
    return new CutOut(picture.cropped(box.x, box.y, box.width, box.height), part);
  }

  /** The same as in a mirror. */
  CutOut mirrored() {
    int width = picture.width();
    int[] rgb = new int[alpha.length];
    float[] turned = new float[alpha.length];
    for (int i = 0; i < rgb.length; i++) {
      int from = i - i % width + width - 1 - i % width;
      rgb[i] = picture.rgb(from % width, from / width);
      turned[i] = alpha[from];
    }
    return new CutOut(Picture.of(width, picture.height(), rgb, picture.name()), turned);
  }

  /** The same with its longest side in pixels; bilinear, with antialiasing. */
  CutOut resized(int longest) {
    double scale = (double) longest / Math.max(picture.width(), picture.height());
    int width = Math.max(1, (int) Math.round(picture.width() * scale));
    int height = Math.max(1, (int) Math.round(picture.height() * scale));
    Resampling across = Resampling.of(Filter.TRIANGLE, picture.width(), width, 0, picture.width());
    Resampling down = Resampling.of(Filter.TRIANGLE, picture.height(), height, 0, picture.height());
    float[] planes = picture.planes(across, down);
    int[] rgb = new int[width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] =
          Ground.rgb(
              planes[i] * WHITE,
              planes[rgb.length + i] * WHITE,
              planes[2 * rgb.length + i] * WHITE);
    }
    return new CutOut(
        Picture.of(width, height, rgb, picture.name()), Resampling.resize(alpha, across, down));
  }

  /**
   * Pastes it.
   *
   * @param rgb of a picture, 0xRRGGBB, row by row; changed
   * @param width of that picture
   * @return where it is
   */
  Mask paste(int[] rgb, int width, int left, int top) {
    boolean[] cells = new boolean[rgb.length];
    for (int i = 0; i < alpha.length; i++) {
      int to = (top + i / picture.width()) * width + left + i % picture.width();
      double behind = 1 - alpha[i];
      int onWhite = picture.rgb(i % picture.width(), i / picture.width());
      cells[to] = alpha[i] >= 0.5f;
      rgb[to] =
          Ground.rgb(
              over(onWhite, rgb[to], 16, behind),
              over(onWhite, rgb[to], 8, behind),
              over(onWhite, rgb[to], 0, behind));
    }
    return new Mask(width, rgb.length / width, cells);
  }

  /** What white gave is taken away, and what is behind gives as much. */
  private static double over(int onWhite, int below, int shift, double behind) {
    return (onWhite >> shift & 255) + behind * ((below >> shift & 255) - WHITE);
  }
}
