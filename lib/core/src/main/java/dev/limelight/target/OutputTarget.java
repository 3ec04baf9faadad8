package dev.limelight.target;

import ai.djl.ndarray.NDArray;

/** A score of the output as it is, which is evidence for no class. */
sealed interface OutputTarget extends Target permits CosineSimilarity, OutputFunction, OutputValue {

  @Override
  default int[] classes(NDArray output) {
    return Logits.noClasses(output);
  }

  @Override
  default boolean ofClasses() {
    return false;
  }

  @Override
  default Target of(int picture, NDArray output) {
    return this;
  }
}
