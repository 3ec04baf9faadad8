package dev.limelight.spark;

import dev.limelight.data.Example;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a partition, read.
 *
 * @param path its path
 * @param classes its true classes: several if classes have the same name, none if unknown
 * @param picture the picture
 * @param mask the mask of its object, or null
 * @param tasks the maps to compute
 */
record PictureInput(
    String path, List<Integer> classes, Picture picture, @Nullable Mask mask, List<Task> tasks) {

  /** The true class, or -1. */
  int label() {
    return classes.isEmpty() ? -1 : classes.get(0);
  }

  Example example() {
    return new Example(
        path,
        picture,
        label(),
        mask,
        classes.isEmpty() ? List.of() : classes.subList(1, classes.size()));
  }
}
