package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** A class by its name, which becomes an index once the labels are known. */
record ClassLabel(String label) implements ClassTarget {

  @Override
  public NDArray weights(NDArray logits) {
    throw unresolved();
  }

  @Override
  public int[] classes(NDArray logits) {
    throw unresolved();
  }

  @Override
  public ClassLabel of(int picture, NDArray logits) {
    throw unresolved();
  }

  @Override
  public ClassIndex resolve(List<String> labels) {
    int index = labels.indexOf(label);
    if (labels.isEmpty()) {
      throw unresolved();
    }
    if (index < 0) {
      throw new IllegalArgumentException(
          "no label '" + label + "'; there are " + Logits.shortList(labels));
    }
    return new ClassIndex(new int[] {index}, labels.size() == 2);
  }

  @Override
  public ClassLabel slice(int from, int count) {
    return this;
  }

  private IllegalArgumentException unresolved() {
    return new IllegalArgumentException(
        "the target '"
            + label
            + "' is a label, and the labels are not known; give the labels or choose an index");
  }

  @Override
  public String caption(List<String> labels) {
    return label;
  }

  @Override
  public String toString() {
    return TargetParser.written(label);
  }
}
