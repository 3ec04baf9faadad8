package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.support.UnsupportedException;
import java.util.List;

/** One side of one sigmoid unit. */
record BinaryClass(boolean positive) implements ClassTarget {

  @Override
  public NDArray weights(NDArray logits) {
    return side(logits).weights(logits);
  }

  @Override
  public int[] classes(NDArray logits) {
    return side(logits).classes(logits);
  }

  private ClassIndex side(NDArray logits) {
    int k = Logits.outputs(logits);
    if (k != 1) {
      throw new UnsupportedException(
          "a binary target is for a network with one output, and this one has "
              + k
              + "; choose a class by its index, or by its label in double quotes");
    }
    return index();
  }

  ClassIndex index() {
    return new ClassIndex(new int[] {positive ? 1 : 0}, true);
  }

  @Override
  public boolean binary() {
    return true;
  }

  @Override
  public BinaryClass resolve(List<String> labels) {
    return this;
  }

  @Override
  public BinaryClass of(int picture, NDArray logits) {
    return this;
  }

  @Override
  public BinaryClass slice(int from, int count) {
    return this;
  }

  @Override
  public String caption(List<String> labels) {
    return index().caption(labels);
  }

  @Override
  public String toString() {
    return positive ? "positive" : "negative";
  }
}
