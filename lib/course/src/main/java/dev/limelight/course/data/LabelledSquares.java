package dev.limelight.course.data;

import dev.limelight.image.Picture;
import java.util.List;

/**
 * Square pictures of two classes, held as bytes.
 *
 * @param side the width and height of all of them
 * @param labels the names of the classes
 * @param classes for each class its pictures
 */
record LabelledSquares(int side, List<String> labels, List<List<Square>> classes) {

  /**
   * One picture.
   *
   * @param name what it is called
   * @param rgb red, green, blue of each pixel, row by row
   */
  record Square(String name, byte[] rgb) {

    static Square of(Picture picture) {
      int[] colors = picture.rgb();
      byte[] rgb = new byte[3 * colors.length];
      for (int i = 0; i < colors.length; i++) {
        rgb[3 * i] = (byte) (colors[i] >> 16);
        rgb[3 * i + 1] = (byte) (colors[i] >> 8);
        rgb[3 * i + 2] = (byte) colors[i];
      }
      return new Square(picture.name(), rgb);
    }

    /** The same picture with a mark. */
    Square with(Shortcut shortcut, int side) {
      int[] colors = picture(side).rgb();
      shortcut.paint(colors, side);
      return of(Picture.of(side, side, colors, name));
    }

    /** The picture at its stored size. */
    Picture picture(int side) {
      int[] colors = new int[side * side];
      for (int i = 0; i < colors.length; i++) {
        colors[i] = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | (rgb[3 * i + 2] & 255);
      }
      return Picture.of(side, side, colors, name);
    }
  }
}
