package dev.limelight.target;

import ai.djl.ndarray.NDArray;

/** What is explained: one number a picture, made of the network's output. */
public interface Score {

  /**
   * The score of each picture.
   *
   * @param logits (N, K)
   * @return (N)
   */
  NDArray score(NDArray logits);

  /** The class that the score of each picture speaks for; -1 where it speaks for none. */
  int[] classes(NDArray logits);

  /** Whether it is a sum of weighted logits, plus a constant. */
  boolean linear();

  /**
   * The score of one picture of the batch, for any number of changed copies of it. What depends on
   * the prediction is decided by that of the unchanged picture.
   *
   * @param picture its place in the batch
   * @param logits those of the unchanged batch, (N, K)
   */
  Score of(int picture, NDArray logits);
}
