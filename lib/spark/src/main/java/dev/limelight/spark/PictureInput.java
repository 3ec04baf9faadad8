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
 * @param label its true class, or -1
 * @param picture the picture
 * @param mask the mask of its object, or null
 * @param tasks the maps to compute
 */
record PictureInput(
    String path, int label, Picture picture, @Nullable Mask mask, List<Task> tasks) {

  Example example() {
    return new Example(path, picture, label, mask);
  }
}
