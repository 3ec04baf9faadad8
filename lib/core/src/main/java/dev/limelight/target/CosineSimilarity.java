package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;

/** The similarity of an embedding and a reference. */
record CosineSimilarity(float[] reference, String name) implements OutputTarget {

  /** Keeps an embedding of zeros, and its gradient, finite. */
  private static final float SMALLEST_SQUARE = Float.MIN_NORMAL;

  CosineSimilarity {
    double square = 0;
    for (float value : reference) {
      square += (double) value * value;
    }
    if (!(square > 0) || Double.isInfinite(square)) {
      throw new IllegalArgumentException(
          "a reference embedding is finite and has a direction, and the length of '"
              + name
              + "' is "
              + Math.sqrt(square));
    }
    reference = reference.clone();
  }

  @Override
  public NDArray score(NDArray output) {
    int d = Logits.outputs(output);
    if (d != reference.length) {
      throw new UnsupportedException(
          "the reference '"
              + name
              + "' has "
              + reference.length
              + " numbers, and this network's output is "
              + output.getShape()
              + "; take the reference from the same network");
    }
    NDArray direction = NativeArrays.of(output.getManager(), normalised(), new Shape(1, d));
    NDArray along = output.mul(direction).sum(new int[] {1});
    return along.div(output.mul(output).sum(new int[] {1}).add(SMALLEST_SQUARE).sqrt());
  }

  private float[] normalised() {
    double square = 0;
    for (float value : reference) {
      square += (double) value * value;
    }
    float[] direction = new float[reference.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = (float) (reference[i] / Math.sqrt(square));
    }
    return direction;
  }

  @Override
  public String unit() {
    return "cosine similarity";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CosineSimilarity same
        && name.equals(same.name)
        && Arrays.equals(reference, same.reference);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(reference);
  }

  @Override
  public String toString() {
    return "similarity(" + name + ")";
  }
}
