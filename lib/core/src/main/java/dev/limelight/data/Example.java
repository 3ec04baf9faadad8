package dev.limelight.data;

import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.List;
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
 * @param sameName further classes with the name of the true class, which are as right
 */
public record Example(
    String name, Picture picture, int label, @Nullable Mask mask, List<Integer> sameName) {

  /** An example whose class has a name of its own, or none. */
  public Example(String name, Picture picture, int label, @Nullable Mask mask) {
    this(name, picture, label, mask, List.of());
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the name is blank or the mask has another size
   */
  public Example {
    Objects.requireNonNull(picture, "picture");
    sameName = List.copyOf(sameName);
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

  /** The true class: the predicted one if it is right, or else {@link #label()}. */
  public int label(int predicted) {
    return sameName.contains(predicted) ? predicted : label;
  }

  /** The same picture with other classes; none if they are unknown. */
  Example of(List<Integer> classes) {
    return classes.isEmpty()
        ? new Example(name, picture, -1, mask)
        : new Example(name, picture, classes.get(0), mask, classes.subList(1, classes.size()));
  }
}
