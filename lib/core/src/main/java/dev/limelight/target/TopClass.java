package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.limelight.model.signature.OutputKind;
import java.util.Arrays;
import java.util.List;

/** The class with the highest score, decided for each picture. */
record TopClass(boolean binary, OutputKind kind) implements ClassTarget {

  @Override
  public NDArray weights(NDArray logits) {
    // Decided where the logits are, so that nothing waits for them.
    int k = Logits.outputs(logits);
    return k == 1 && binary
        ? logits.gt(kind.threshold()).toType(DataType.FLOAT32, false).mul(2).sub(1)
        : logits.stopGradient().argMax(1).oneHot(k, DataType.FLOAT32);
  }

  @Override
  public ClassIndex of(int picture, NDArray logits) {
    return new ClassIndex(new int[] {classes(logits)[picture]}, binary);
  }

  @Override
  public int[] classes(NDArray logits) {
    int k = Logits.outputs(logits);
    float[] values = logits.toFloatArray();
    int[] top = new int[values.length / k];
    for (int i = 0; i < top.length; i++) {
      top[i] = Logits.top(Arrays.copyOfRange(values, i * k, (i + 1) * k), binary, kind);
    }
    return top;
  }

  @Override
  public TopClass resolve(List<String> labels) {
    return new TopClass(labels.size() == 2, kind);
  }

  @Override
  public TopClass on(OutputKind other) {
    return new TopClass(binary, other);
  }

  @Override
  public TopClass slice(int from, int count) {
    return this;
  }

  @Override
  public String toString() {
    return "top";
  }
}
