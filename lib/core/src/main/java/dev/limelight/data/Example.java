package dev.limelight.data;

import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A picture with its label and mask.
 *
 * @param name its name in tables and files
 * @param picture the picture
 * @param label its true class, counted from 0; -1 if unknown
 * @param mask the pixels of its object, at the picture's size; null if unknown
 */
public record Example(String name, Picture picture, int label, @Nullable Mask mask) {

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the name is blank or the mask has another size
   */
  public Example {
    Objects.requireNonNull(picture, "picture");
    if (name == null || name.isBlank() || label < -1) {
      throw new IllegalArgumentException(
          "an example needs a name and a class counted from 0, or -1 for none, but got '"
              + name
              + "' with class "
              + label);
    }
    if (mask != null && (mask.width() != picture.width() || mask.height() != picture.height())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the mask of '%s' is %d x %d, but its picture is %d x %d; give a mask of that size",
              name,
              mask.width(),
              mask.height(),
              picture.width(),
              picture.height()));
    }
  }

  /** An example without a mask, with the name of its picture. */
  public static Example of(Picture picture, int label) {
    return new Example(picture.name(), picture, label, null);
  }
}
