package dev.limelight.report;

import dev.limelight.codec.Jpeg;
import dev.limelight.codec.Png;
import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.util.Base64;

/** Pixels inside of a page. */
final class Photo {

  private static final int LONGEST = 320;
  private static final int SMALL = 128;
  private static final float QUALITY = 0.82f;

  private Photo() {}

  /** A picture, made small enough for a page of hundreds. */
  static Markup of(Picture picture, String altText) {
    Picture small = picture;
    int longest = Math.max(picture.width(), picture.height());
    if (longest > LONGEST) {
      double factor = (double) LONGEST / longest;
      small =
          picture.resized(
              Math.max(1, (int) Math.round(picture.width() * factor)),
              Math.max(1, (int) Math.round(picture.height() * factor)));
    }
    // JPEG blurs pictures of few pixels, which a PNG holds in few bytes.
    boolean exact = longest <= SMALL;
    byte[] bytes = exact ? Png.encode(small.toImage()) : Jpeg.encode(small.toImage(), QUALITY);
    return img(bytes, exact ? "png" : "jpeg", picture.width(), picture.height(), altText);
  }

  /** A figure at its own size. */
  static Markup of(BufferedImage image, int displayWidth, String altText) {
    byte[] png = Png.encode(image);
    byte[] jpeg = Jpeg.encode(image, 0.9f);
    boolean photo = jpeg.length < png.length / 2;
    int height =
        Math.max(1, Math.round((float) displayWidth * image.getHeight() / image.getWidth()));
    return img(photo ? jpeg : png, photo ? "jpeg" : "png", displayWidth, height, altText);
  }

  private static Markup img(byte[] bytes, String type, int width, int height, String altText) {
    return Markup.of(
        "<img width=\"{}\" height=\"{}\" alt=\"{}\" src=\"data:image/{};base64,{}\">",
        width,
        height,
        altText,
        type,
        Base64.getEncoder().encodeToString(bytes));
  }
}
