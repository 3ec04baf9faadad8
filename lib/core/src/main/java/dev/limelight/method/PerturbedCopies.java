package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Makes changed copies of one picture or of its activations, some at a time. */
@FunctionalInterface
public interface PerturbedCopies {

  /**
   * Makes a range of the copies.
   *
   * @param from the number of the first
   * @param to the number after the last
   * @param scope where the arrays belong; it is closed once their scores are known
   * @return (to - from, C, h, w), attached to the scope
   */
  NDArray make(int from, int to, NDManager scope);
}
