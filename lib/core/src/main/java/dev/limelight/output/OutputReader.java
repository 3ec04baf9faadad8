package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import dev.limelight.support.UnsupportedException;

/**
 * A kind of output, and how it is read. An implementation is a service with a public constructor
 * without arguments, and is found by its name.
 */
public interface OutputReader {

  /** What the outputs give. */
  enum Kind {
    /** A score for each class, (N, K). */
    CLASSES,
    /** Candidates, each with a box and a score for each class. */
    BOXES,
    /** A score for each class and place, (N, K, h, w). */
    MAPS,
    /** One number for a picture, (N, 1). */
    NUMBER
  }

  /** Its name, such as {@code yolo}. */
  String name();

  /** What it reads, in words. */
  String title();

  /** What the outputs give. */
  Kind kind();

  /**
   * Whether it reads a list of what was found, after suppression within the model: a row for each
   * box, so that a changed picture has other rows.
   */
  default boolean isOfFound() {
    return false;
  }

  /** Whether it reads these outputs, judged by their shapes and names, and why. */
  Fit fit(OutputShapes outputs);

  /**
   * Checks that what it reads can be explained.
   *
   * @throws UnsupportedException if not; the message says what to do
   */
  default void checkExplained(OutputShapes outputs) {}

  /**
   * All candidates of a detector, before any suppression, or what is left of them after it ({@link
   * #isOfFound}). Only operations that every engine differentiates are used.
   *
   * @param joined all outputs, as {@link OutputShapes#part} takes them
   * @throws UnsupportedException if it reads no boxes
   */
  default Candidates candidates(NDArray joined, OutputShapes outputs) {
    throw new UnsupportedException(
        "the reader '" + name() + "' reads no boxes; choose one that does by --reader");
  }

  /**
   * The scores of all classes at all places.
   *
   * @param joined all outputs, as {@link OutputShapes#part} takes them
   * @return (N, K, h, w)
   * @throws UnsupportedException if it reads no maps
   */
  default NDArray maps(NDArray joined, OutputShapes outputs) {
    throw new UnsupportedException(
        "the reader '" + name() + "' reads no maps of classes; choose one that does by --reader");
  }
}
