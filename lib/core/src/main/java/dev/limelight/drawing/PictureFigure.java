package dev.limelight.drawing;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;

/**
 * A picture as a figure, at its size.
 *
 * @param picture the picture
 */
record PictureFigure(Picture picture) implements Tile {

  @Override
  public BufferedImage toImage() {
    return Pictures.toImage(picture);
  }

  @Override
  public int displayWidth() {
    return picture.width();
  }

  @Override
  public BufferedImage body(int height) {
    int width = Math.max(1, (int) Math.round((double) picture.width() * height / picture.height()));
    return Pictures.toImage(picture.resized(width, height));
  }

  @Override
  public String caption() {
    return "";
  }

  @Override
  public String altText() {
    return "Picture "
        + picture.name()
        + ", "
        + picture.width()
        + " x "
        + picture.height()
        + " pixels.";
  }
}
