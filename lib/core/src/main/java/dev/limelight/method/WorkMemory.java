package dev.limelight.method;

import java.util.function.LongToIntFunction;

/** How much memory a method takes. */
final class WorkMemory {

  private WorkMemory() {}

  /**
   * About how many bytes a method needs at once.
   *
   * @param work what it will do
   * @param onePicture the outputs of all layers for one picture
   * @param oneLayer the output of its layer for one picture
   * @param batch how many copies are made at once, if each needs so many bytes
   */
  static long bytes(Work work, long onePicture, long oneLayer, LongToIntFunction batch) {
    long picture = (long) (work.area() * onePicture);
    long layer = (long) (work.area() * oneLayer);
    long largest = picture;
    if (work.forwards() > 0) {
      largest = Math.max(largest, Math.min(work.forwards(), batch.applyAsInt(picture)) * picture);
    }
    if (work.headForwards() > 0) {
      largest =
          Math.max(
              largest,
              picture + Math.min(work.headForwards(), batch.applyAsInt(4 * layer)) * 4 * layer);
    }
    if (work.headBackwards() > 0) {
      largest = Math.max(largest, picture + 2 * layer);
    }
    // In the backward pass each output has a gradient as well.
    return work.backwards() > 0 ? Math.max(largest, 2 * picture) : largest;
  }
}
