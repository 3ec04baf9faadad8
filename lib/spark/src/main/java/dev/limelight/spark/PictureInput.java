package dev.limelight.spark;

import dev.limelight.data.Example;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.List;

/**
 * A picture of a partition, as it comes or as it could not be read.
 *
 * @param path which it is
 * @param label its true class, or -1
 * @param picture null where it could not be read
 * @param mask where its object is, or null
 * @param tasks what is to be made of it
 * @param error why it could not be read, or null
 */
record PictureInput(
    String path, int label, Picture picture, Mask mask, List<Task> tasks, String error) {

  Example example() {
    return new Example(path, picture, label, mask);
  }
}
