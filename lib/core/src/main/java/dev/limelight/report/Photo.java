package dev.limelight.report;

import dev.limelight.codec.DataUri;
import dev.limelight.codec.Jpeg;
import dev.limelight.codec.Pictures;
import dev.limelight.codec.Png;
import dev.limelight.image.Picture;
import dev.limelight.report.markup.Markup;
import java.awt.image.BufferedImage;

/** Images embedded in a page. */
final class Photo {

  private static final int MAX_SIDE = 320;

  /** Where there are few pictures, each may be finer. */
  private static final int MAX_SIDE_OF_FEW = 400;

  private static final int FEW = 3;
  private static final int SMALL = 128;
  private static final float QUALITY = 0.82f;

  private Photo() {}

  /**
   * A picture, reduced so that a page can have hundreds.
   *
   * @param pictures the number of pictures on the page
   */
  static Markup of(Picture picture, int pictures, String altText) {
    Picture small = picture;
    int longest = Math.max(picture.width(), picture.height());
    int most = pictures <= FEW ? MAX_SIDE_OF_FEW : MAX_SIDE;
    if (longest > most) {
      double factor = (double) most / longest;
      small =
          picture.resized(
              Math.max(1, (int) Math.round(picture.width() * factor)),
              Math.max(1, (int) Math.round(picture.height() * factor)));
    }
    // JPEG blurs small pictures, for which PNG needs few bytes.
    boolean exact = longest <= SMALL;
    BufferedImage image = Pictures.toImage(small);
    String uri = exact ? DataUri.png(Png.encode(image)) : DataUri.jpeg(Jpeg.encode(image, QUALITY));
    return img(uri, picture.width(), picture.height(), altText);
  }

  /** A figure at its size. */
  static Markup of(BufferedImage image, int displayWidth, String altText) {
    int height =
        Math.max(1, Math.round((float) displayWidth * image.getHeight() / image.getWidth()));
    return img(DataUri.of(image), displayWidth, height, altText);
  }

  private static Markup img(String uri, int width, int height, String altText) {
    return Markup.of(
        "<img width=\"{}\" height=\"{}\" alt=\"{}\" src=\"{}\">", width, height, altText, uri);
  }
}
