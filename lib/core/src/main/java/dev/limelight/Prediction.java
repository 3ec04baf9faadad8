package dev.limelight;

import dev.limelight.data.ClassNames;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.target.Logits;
import java.util.List;

/**
 * The network's output for one picture.
 *
 * @param logits one value a class
 * @param labels the names of the classes, or none
 * @param binary whether one sigmoid unit represents two classes
 * @param kind what the values are
 */
record Prediction(float[] logits, List<String> labels, boolean binary, OutputKind kind) {

  /** The class with the highest score. */
  int top() {
    return Logits.top(logits, binary, kind);
  }

  /** A class by its label where there is one, and its index where others have the same label. */
  String label(int index) {
    return new ClassNames(labels).name(index);
  }

  /** The probability of a class. */
  double probability(int index) {
    return Logits.probability(logits, checked(index), binary, kind);
  }

  /** A class that there is. */
  int checked(int index) {
    int classes = Logits.classes(logits.length, binary);
    if (index < 0 || index >= classes) {
      throw new IllegalArgumentException(
          "class " + index + " is out of range: there are " + classes + ", counted from 0");
    }
    return index;
  }

  /** The probability of a class by another output of the same network. */
  double probability(int index, float[] others) {
    if (others.length != logits.length) {
      throw new IllegalArgumentException(
          "this network gives " + logits.length + " logits, but got " + others.length);
    }
    return Logits.probability(others, index, binary, kind);
  }
}
