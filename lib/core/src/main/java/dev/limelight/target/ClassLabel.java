package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.data.ClassNames;
import dev.limelight.io.UnknownNameException;
import java.util.List;

/**
 * A class by its name, which becomes an index once the labels are known. Of classes with the same
 * name one is written {@code NAME (INDEX)}.
 */
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
    if (labels.isEmpty()) {
      throw unresolved();
    }
    ClassNames names = new ClassNames(labels);
    List<Integer> indices = names.indices(label);
    if (indices.isEmpty()) {
      throw new UnknownNameException(
          "label", label, labels.stream().distinct().map(TargetParser::written).toList());
    }
    if (indices.size() > 1) {
      throw ambiguous(label, names.choices(indices));
    }
    return new ClassIndex(new int[] {indices.get(0)}, labels.size() == 2);
  }

  @Override
  public ClassLabel slice(int from, int count) {
    return this;
  }

  /**
   * A text that may mean several classes.
   *
   * @param choices the classes, as each is written
   */
  static IllegalArgumentException ambiguous(String text, String choices) {
    return new IllegalArgumentException(
        "the target '" + text + "' may be " + choices + "; write which one");
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
