package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.data.ClassNames;
import dev.limelight.support.UnknownClassException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Classes by their indices: one for all pictures or one for each. */
record ClassIndex(int[] indices, boolean binary) implements ClassTarget {

  /** Keeps its own copy. */
  ClassIndex {
    indices = indices.clone();
  }

  @Override
  public NDArray weights(NDArray logits) {
    int k = Logits.outputs(logits);
    int[] selected = classes(logits);
    float[] weights = new float[selected.length * k];
    for (int i = 0; i < selected.length; i++) {
      if (k == 1 && binary) {
        weights[i] = selected[i] == 1 ? 1 : -1;
      } else {
        weights[i * k + selected[i]] = 1;
      }
    }
    return NativeArrays.of(logits.getManager(), weights, new Shape(selected.length, k));
  }

  @Override
  public int[] classes(NDArray logits) {
    return chosen((int) logits.getShape().get(0), Logits.outputs(logits));
  }

  /** The classes of n pictures, where there are k outputs. */
  int[] chosen(int n, int k) {
    if (indices.length != 1 && indices.length != n) {
      throw new IllegalArgumentException(
          "a batch of "
              + n
              + " pictures needs one target or "
              + n
              + ", but got "
              + indices.length
              + "; give one a picture");
    }
    int[] selected = new int[n];
    int classes = Logits.classes(k, binary);
    for (int i = 0; i < n; i++) {
      selected[i] = indices[indices.length == 1 ? 0 : i];
      if (selected[i] < 0 || selected[i] >= classes) {
        throw new UnknownClassException(
            "target "
                + selected[i]
                + " is out of range: this network has "
                + classes
                + (classes == 1 ? " class; choose 0" : " classes; choose 0 to " + (classes - 1)));
      }
    }
    return selected;
  }

  @Override
  public ClassIndex resolve(List<String> labels) {
    return new ClassIndex(indices, binary || labels.size() == 2);
  }

  @Override
  public ClassIndex of(int picture, NDArray logits) {
    int n = (int) logits.getShape().get(0);
    int k = (int) logits.getShape().get(1);
    return new ClassIndex(new int[] {chosen(n, k)[picture]}, binary);
  }

  @Override
  public ClassIndex slice(int from, int count) {
    if (indices.length == 1) {
      return this;
    }
    int end = Math.min(from + count, indices.length);
    return new ClassIndex(Arrays.copyOfRange(indices, Math.min(from, end), end), binary);
  }

  @Override
  public String caption(List<String> labels) {
    ClassNames names = new ClassNames(labels);
    return Arrays.stream(indices).mapToObj(names::name).collect(Collectors.joining(", "));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClassIndex index
        && Arrays.equals(indices, index.indices)
        && binary == index.binary;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(indices);
  }

  @Override
  public String toString() {
    return indices.length == 1
        ? String.valueOf(indices[0])
        : Arrays.stream(indices)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",", "each(", ")"));
  }
}
