package dev.limelight.report;

import dev.limelight.image.Html;
import dev.limelight.image.Jpeg;
import dev.limelight.image.Picture;
import dev.limelight.image.Png;
import java.awt.image.BufferedImage;
import java.util.Base64;

/** Pixels inside of a page. */
final class Photo {

  private static final int LONGEST = 320;
  private static final float QUALITY = 0.82f;

  private Photo() {}

  /** A picture, made small enough for a page of hundreds. */
  static String of(Picture picture, String altText) {
    Picture small = picture;
    int longest = Math.max(picture.width(), picture.height());
    if (longest > LONGEST) {
      double factor = (double) LONGEST / longest;
      small =
          picture.resized(
              Math.max(1, (int) Math.round(picture.width() * factor)),
              Math.max(1, (int) Math.round(picture.height() * factor)));
    }
    byte[] png = Png.encode(small.toImage());
    byte[] jpeg = Jpeg.encode(small.toImage(), QUALITY);
    // JPEG blurs pictures of few pixels and drawings, which a PNG holds in about as many bytes.
    boolean exact = png.length < 1.5 * jpeg.length || png.length < 4096;
    return img(
        exact ? png : jpeg, exact ? "png" : "jpeg", picture.width(), picture.height(), altText);
  }

  /** A figure at its own size. */
  static String of(BufferedImage image, int displayWidth, String altText) {
    byte[] png = Png.encode(image);
    byte[] jpeg = Jpeg.encode(image, 0.9f);
    boolean photo = jpeg.length < png.length / 2;
    int height =
        Math.max(1, Math.round((float) displayWidth * image.getHeight() / image.getWidth()));
    return img(photo ? jpeg : png, photo ? "jpeg" : "png", displayWidth, height, altText);
  }

  private static String img(byte[] bytes, String type, int width, int height, String altText) {
    return "<img width=\""
        + width
        + "\" height=\""
        + height
        + "\" alt=\""
        + Html.escape(altText)
        + "\" src=\"data:image/"
        + type
        + ";base64,"
        + Base64.getEncoder().encodeToString(bytes)
        + "\">";
  }
}
