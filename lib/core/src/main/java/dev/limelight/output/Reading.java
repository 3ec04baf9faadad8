package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import dev.limelight.support.UnsupportedException;

/**
 * What the outputs of a network mean, for pictures of one size.
 *
 * @param reader that reads them
 * @param outputs their shapes
 * @param why it is that reader, in words
 */
public record Reading(OutputReader reader, OutputShapes outputs, String why) {

  /**
   * Checks that a picture has one score for each class.
   *
   * @param what asks for it, with which a refusal begins
   * @throws UnsupportedException if it has not; the message says what to ask for
   */
  public void checkClasses(String what) {
    String instead =
        switch (reader.kind()) {
          case CLASSES -> "";
          case BOXES -> "boxes; choose box(0), box(CLASS,LEFT,TOP,RIGHT,BOTTOM) or left(box(0))";
          case MAPS -> "a map for each class; choose inside(CLASS,MASK)";
          case NUMBER -> "one number; choose output(0)";
        };
    if (!instead.isEmpty()) {
      throw new UnsupportedException(
          what
              + " is a class of a whole picture, and the outputs "
              + outputs
              + " are read by "
              + reader.name()
              + " as "
              + instead);
    }
  }

  /** All candidates of a detector ({@link OutputReader#candidates}). */
  public Candidates candidates(NDArray joined) {
    return reader.candidates(joined, outputs);
  }

  /** The scores of all classes at all places, (N, K, h, w) ({@link OutputReader#maps}). */
  public NDArray maps(NDArray joined) {
    return reader.maps(joined, outputs);
  }
}
