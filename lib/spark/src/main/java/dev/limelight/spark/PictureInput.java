package dev.limelight.spark;

import dev.limelight.data.Example;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.List;

/**
 * A picture of a partition, or the reason why it could not be read.
 *
 * @param path its path
 * @param label its true class, or -1
 * @param picture the picture, or null if it could not be read
 * @param mask the mask of its object, or null
 * @param tasks the maps to compute
 * @param error the reason why it could not be read, or null
 */
record PictureInput(
    String path, int label, Picture picture, Mask mask, List<Task> tasks, String error) {

  Example example() {
    return new Example(path, picture, label, mask);
  }
}
