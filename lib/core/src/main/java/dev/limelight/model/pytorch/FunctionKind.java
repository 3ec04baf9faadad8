package dev.limelight.model.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import dev.limelight.array.NativeArrays;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** The kind of a function among blocks, determined from its outputs for random numbers. */
enum FunctionKind {
  /** Linear, but for a constant: an identity, a sum, a concatenation, a flattening. */
  LINEAR,
  /** A ReLU of something linear, cut off from above or not. */
  RELU;

  /**
   * Tries a function f at p, -p and 0: it is linear if f(p) + f(-p) = 2 f(0), and a ReLU of
   * something linear if f(p) = relu(f(p) - f(-p)), so that f(p) and f(-p) are never both positive.
   *
   * @param inputs any that it takes
   * @throws UnsupportedException if it is neither
   */
  static FunctionKind of(
      Block block, Function<List<NDList>, NDList> function, List<NDList> inputs) {
    List<NDList> probe = new ArrayList<>();
    Random random = new Random(0);
    for (NDList list : inputs) {
      probe.add(map(list, array -> noise(array, random)));
    }
    NDList positive = function.apply(probe);
    NDList negative = function.apply(negated(probe));
    List<NDList> nothing = probe.stream().map(list -> map(list, NDArray::zerosLike)).toList();
    NDList zero = function.apply(nothing);
    boolean linear = true;
    boolean relu = positive.size() == 1;
    for (int i = 0; i < positive.size(); i++) {
      NDArray plus = positive.get(i);
      NDArray minus = negative.get(i);
      linear &= near(plus.add(minus), zero.get(i).mul(2));
      relu &= near(plus, plus.sub(minus).maximum(0));
    }
    if (!linear && !relu) {
      throw UnsupportedException.noGradient(
          "guided backpropagation has to see every ReLU, and the function of "
              + (block instanceof LambdaBlock lambda
                  ? "block '" + lambda.getName() + "'"
                  : "a ParallelBlock")
              + " is neither linear nor a ReLU; write its ReLUs as Activation.reluBlock(), or use"
              + " the MXNet engine");
    }
    return linear ? LINEAR : RELU;
  }

  private static List<NDList> negated(List<NDList> inputs) {
    return inputs.stream().map(list -> map(list, NDArray::neg)).toList();
  }

  private static NDList map(NDList list, Function<NDArray, NDArray> change) {
    NDList changed = new NDList();
    list.forEach(array -> changed.add(change.apply(array)));
    return changed;
  }

  /** As large as activations are, and larger than what a ReLU6 lets through. */
  private static NDArray noise(NDArray like, Random random) {
    float[] values = new float[(int) like.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian(0, 10);
    }
    return NativeArrays.of(like.getManager(), values, like.getShape());
  }

  private static boolean near(NDArray one, NDArray other) {
    float largest = other.abs().max().toFloatArray()[0];
    return one.sub(other).abs().max().toFloatArray()[0] <= 1e-4f * Math.max(1, largest);
  }
}
