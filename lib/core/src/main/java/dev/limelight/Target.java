package dev.limelight;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.method.Score;
import java.util.Arrays;
import java.util.List;

/**
 * What a map explains: a score made of the network's logits. A network with one output and two
 * labels is a binary classifier: its sigmoid unit speaks for the second label where the logit is
 * positive and for the first where it is negative.
 */
public interface Target extends Score {

  @Override
  default boolean linear() {
    return true;
  }

  /** What a score of 1 means. */
  default String unit() {
    return "logit";
  }

  /**
   * The same target, knowing what the classes are called.
   *
   * @param labels a name for each class, or none
   * @throws IllegalArgumentException if it names a label that is not there
   */
  default Target resolve(List<String> labels) {
    return this;
  }

  /** The class that the network gives the highest score. */
  static Target top() {
    return new Top(false);
  }

  /** The class of that index, counted from 0. */
  static Target of(int index) {
    return new Index(new int[] {index}, false);
  }

  /** The class of that name; the explainer needs to know the labels. */
  static Target of(String label) {
    return new Label(label);
  }

  /** A class for each picture of the batch. */
  static Target each(int... indices) {
    return new Index(indices, false);
  }

  /**
   * One side of a network whose only output is one sigmoid unit.
   *
   * @param positive true for what raises the logit, false for what lowers it
   */
  static Target binary(boolean positive) {
    return new Binary(positive);
  }

  /** The class with the highest score, decided for each picture. */
  record Top(boolean binary) implements Target {
    @Override
    public NDArray score(NDArray logits) {
      // Decided where the logits are, so that nothing waits for them.
      long k = logits.getShape().get(1);
      NDArray chosen =
          k == 1 && binary
              ? logits.gt(0).toType(DataType.FLOAT32, false).mul(2).sub(1)
              : logits.stopGradient().argMax(1).oneHot((int) k, DataType.FLOAT32);
      return logits.mul(chosen).sum(new int[] {1});
    }

    @Override
    public Target of(int picture, NDArray logits) {
      return new Index(new int[] {classes(logits)[picture]}, binary);
    }

    @Override
    public int[] classes(NDArray logits) {
      int n = (int) logits.getShape().get(0);
      int k = (int) logits.getShape().get(1);
      float[] values = logits.toFloatArray();
      int[] top = new int[n];
      for (int i = 0; i < n; i++) {
        top[i] = Logits.top(Arrays.copyOfRange(values, i * k, (i + 1) * k), binary);
      }
      return top;
    }

    @Override
    public Target resolve(List<String> labels) {
      return new Top(labels.size() == 2);
    }

    @Override
    public String toString() {
      return "top";
    }
  }

  /** Classes by their indices: one for all pictures or one for each. */
  record Index(int[] indices, boolean binary) implements Target {

    /** Keeps its own copy. */
    public Index {
      indices = indices.clone();
    }

    @Override
    public NDArray score(NDArray logits) {
      int n = (int) logits.getShape().get(0);
      int k = (int) logits.getShape().get(1);
      int[] wanted = classes(logits);
      float[] weights = new float[n * k];
      for (int i = 0; i < n; i++) {
        if (k == 1 && binary) {
          weights[i] = wanted[i] == 1 ? 1 : -1;
        } else {
          weights[i * k + wanted[i]] = 1;
        }
      }
      NDArray mask = logits.getManager().create(weights, new Shape(n, k));
      return logits.mul(mask).sum(new int[] {1});
    }

    @Override
    public int[] classes(NDArray logits) {
      int n = (int) logits.getShape().get(0);
      int k = (int) logits.getShape().get(1);
      if (indices.length != 1 && indices.length != n) {
        throw new IllegalArgumentException(
            "a batch of "
                + n
                + " pictures needs one target or "
                + n
                + ", and "
                + indices.length
                + " came; give one a picture");
      }
      int[] wanted = new int[n];
      int classes = Logits.classes(k, binary);
      for (int i = 0; i < n; i++) {
        wanted[i] = indices[indices.length == 1 ? 0 : i];
        if (wanted[i] < 0 || wanted[i] >= classes) {
          throw new IllegalArgumentException(
              "target "
                  + wanted[i]
                  + " is out of range: this network has "
                  + classes
                  + (classes == 1 ? " class; choose 0" : " classes; choose 0 to " + (classes - 1)));
        }
      }
      return wanted;
    }

    @Override
    public Target resolve(List<String> labels) {
      return new Index(indices, binary || labels.size() == 2);
    }

    @Override
    public Target of(int picture, NDArray logits) {
      return new Index(new int[] {classes(logits)[picture]}, binary);
    }

    /** The part that belongs to some pictures of a longer list. */
    Index slice(int from, int count) {
      if (indices.length == 1) {
        return this;
      }
      int end = Math.min(from + count, indices.length);
      return new Index(Arrays.copyOfRange(indices, Math.min(from, end), end), binary);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Index index
          && Arrays.equals(indices, index.indices)
          && binary == index.binary;
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(indices);
    }

    @Override
    public String toString() {
      return Arrays.toString(indices).replaceAll("[\\[\\]]", "");
    }
  }

  /** One side of one sigmoid unit. */
  record Binary(boolean positive) implements Target {
    @Override
    public NDArray score(NDArray logits) {
      return side(logits).score(logits);
    }

    @Override
    public int[] classes(NDArray logits) {
      return side(logits).classes(logits);
    }

    @Override
    public Target of(int picture, NDArray logits) {
      return this;
    }

    private Target side(NDArray logits) {
      long k = logits.getShape().get(1);
      if (k != 1) {
        throw new IllegalArgumentException(
            "a binary target is for a network with one output, and this one has "
                + k
                + "; choose a class by its index or label");
      }
      return new Index(new int[] {positive ? 1 : 0}, true);
    }

    @Override
    public String toString() {
      return positive ? "positive" : "negative";
    }
  }

  /** A class by its name, which becomes an index once the labels are known. */
  record Label(String label) implements Target {
    @Override
    public NDArray score(NDArray logits) {
      throw unresolved();
    }

    @Override
    public int[] classes(NDArray logits) {
      throw unresolved();
    }

    @Override
    public Target of(int picture, NDArray logits) {
      throw unresolved();
    }

    @Override
    public Target resolve(List<String> labels) {
      int index = labels.indexOf(label);
      if (labels.isEmpty()) {
        throw unresolved();
      }
      if (index < 0) {
        throw new IllegalArgumentException(
            "no label '" + label + "'; there are " + Logits.shortList(labels));
      }
      return new Index(new int[] {index}, labels.size() == 2);
    }

    private IllegalArgumentException unresolved() {
      return new IllegalArgumentException(
          "the target '"
              + label
              + "' is a label, and the labels are not known; give the labels or choose an index");
    }

    @Override
    public String toString() {
      return label;
    }
  }
}
