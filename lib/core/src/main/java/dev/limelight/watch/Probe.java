package dev.limelight.watch;

import dev.limelight.course.data.Scene;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.Locale;
import java.util.Objects;

/**
 * A picture that is explained again after every epoch.
 *
 * @param name what files and tags call it; another one for each probe
 * @param picture the picture
 * @param label its true class, counted from 0
 * @param mask where its object is, at the picture's size; null if nobody knows
 */
public record Probe(String name, Picture picture, int label, Mask mask) {

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the name is blank, the label negative or the mask of
   *     another size
   */
  public Probe {
    Objects.requireNonNull(picture, "picture");
    if (name == null || name.isBlank() || label < 0) {
      throw new IllegalArgumentException(
          "a probe has a name and a class counted from 0, and '"
              + name
              + "' with class "
              + label
              + " came");
    }
    if (mask != null && (mask.width() != picture.width() || mask.height() != picture.height())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the mask of probe '%s' is %d x %d and its picture %d x %d; give a mask of that size",
              name,
              mask.width(),
              mask.height(),
              picture.width(),
              picture.height()));
    }
  }

  /** A picture whose object nobody has outlined, by its own name. */
  public static Probe of(Picture picture, int label) {
    return new Probe(picture.name(), picture, label, null);
  }

  /** A generated picture, whose object is known exactly. */
  public static Probe of(Scene scene) {
    return new Probe(scene.picture().name(), scene.picture(), scene.label(), scene.mask());
  }
}
