package dev.limelight.course.data;

import ai.djl.training.dataset.Dataset;
import java.io.IOException;

/** Where the pictures of two classes come from. */
interface SquareSource {

  /**
   * Reads the pictures.
   *
   * @param usage the part for training or the part for testing
   * @param side the size at which pictures that are not square are held
   * @param perClass the most pictures of a class
   */
  LabelledSquares load(Dataset.Usage usage, int side, int perClass) throws IOException;

  /** "train" or "test". */
  static String part(Dataset.Usage usage) {
    return switch (usage) {
      case TRAIN -> "train";
      case TEST -> "test";
      case VALIDATION ->
          throw new IllegalArgumentException(
              "cats vs dogs has a TRAIN and a TEST part and no VALIDATION;"
                  + " split one off the training part with randomSplit");
    };
  }
}
