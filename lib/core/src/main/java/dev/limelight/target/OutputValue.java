package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.support.UnknownClassException;

/** One number of an output that is no classifier's. */
record OutputValue(int index) implements OutputTarget {

  @Override
  public NDArray score(NDArray output) {
    int k = Logits.outputs(output);
    if (index < 0 || index >= k) {
      throw new UnknownClassException(
          "output "
              + index
              + " is out of range: this network has "
              + k
              + (k == 1 ? " output; choose 0" : " outputs; choose 0 to " + (k - 1)));
    }
    return output.get(":, " + index);
  }

  @Override
  public boolean linear() {
    return true;
  }

  @Override
  public String unit() {
    return "output";
  }

  @Override
  public String toString() {
    return "output(" + index + ")";
  }
}
