package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A ReLU, {@code min(max(u, 0), upper)}, as guided backpropagation treats it.
 *
 * @param upper the upper bound: infinity for the plain ReLU, 6 for ReLU6
 */
@API(status = Status.INTERNAL)
public record Relu(float upper) {

  public NDArray of(NDArray input) {
    NDArray positive = input.maximum(0);
    return Float.isInfinite(upper) ? positive : positive.minimum(upper);
  }

  /**
   * The gradient before a ReLU whose own gradient is 0 where its output is 0: {@code max(g, 0)}.
   *
   * @param gradient g, of its output
   */
  public static NDArray guided(NDArray gradient) {
    return gradient.getNDArrayInternal().relu();
  }

  /**
   * The gradient of its input: {@code max(g, 0)} where {@code 0 < u < upper}, and else 0.
   *
   * @param gradient g, of its output
   * @param input u
   */
  public NDArray back(NDArray gradient, NDArray input) {
    NDArray passed = gradient.maximum(0).mul(input.gt(0).toType(gradient.getDataType(), false));
    return Float.isInfinite(upper)
        ? passed
        : passed.mul(input.lt(upper).toType(gradient.getDataType(), false));
  }
}
