package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.array.NativeArrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An engine's automatic differentiation, used so that nothing of the user's is recorded or written.
 */
@API(status = Status.INTERNAL)
public interface Autograd {

  /** A head that is differentiated several times at the same activations. */
  @FunctionalInterface
  interface RecordedHead {
    /**
     * The gradient of {@code sum(values * weights)} with respect to A, (N, C, h, w), attached to
     * the manager of A; the caller closes it.
     *
     * @param weights from the head's output to as many numbers as there are values
     */
    NDArray gradient(Function<NDArray, float[]> weights);
  }

  /** The same array without its recorded past, on which the engine can compute. */
  default NDArray detached(NDArray array) {
    return array.stopGradient();
  }

  /** Runs work in inference mode without recording, and then restores the thread's state. */
  <T> T inference(Supplier<T> work);

  /**
   * Differentiates scores of the head's output with respect to the activations of a cut.
   *
   * @param cut the cut from which the head starts; unchanged
   * @param head from the cut to logits
   * @param scores logits to one tensor per score; each is summed before it is differentiated
   */
  Gradients gradients(Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDList> scores);

  /**
   * Runs the head for several gradients; the engine runs it once where it can keep what it has
   * recorded.
   *
   * @param cut the cut from which the head starts; it stays open as long as gradients are asked for
   * @param head from the cut to its output
   * @param values from the output to what is weighted, (N, M, K)
   */
  default RecordedHead record(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDArray> values) {
    return weights -> {
      NDManager outer = cut.activations().getManager();
      try (NDManager scope = outer.newSubManager()) {
        NDList carried = new NDList();
        cut.carried().forEach(tensor -> carried.add(in(scope, tensor)));
        Cut own = new Cut(in(scope, cut.activations()), carried, cut.layout());
        NDArray gradient =
            gradients(own, head, output -> new NDList(weighted(output, values, weights)))
                .perScore()
                .get(0);
        gradient.attach(outer);
        return gradient;
      }
    };
  }

  /**
   * What is differentiated with ones instead of the sum: of one number a picture that is the same,
   * and an operation less.
   */
  static NDArray summable(NDArray score) {
    return score.getShape().dimension() == 1 ? score : score.sum();
  }

  private static NDArray weighted(
      NDArray output, Function<NDArray, NDArray> values, Function<NDArray, float[]> weights) {
    NDArray all = values.apply(output);
    NDArray own = NativeArrays.of(all.getManager(), weights.apply(output), all.getShape());
    return all.mul(own).sum(new int[] {1, 2});
  }

  /** The same numbers, so that what is computed of them is freed with the scope. */
  private NDArray in(NDManager scope, NDArray array) {
    NDArray same = detached(array);
    same.attach(scope);
    return same;
  }

  /**
   * Runs both parts of the network and differentiates the second in one go; empty where the engine
   * runs one after the other.
   *
   * @param input pictures, (N, C, H, W)
   * @param cut from the outputs of the first part
   * @param scores logits to one tensor per score
   */
  default Optional<SplitModel.Run> run(
      NDArray input, Function<NDList, Cut> cut, Function<NDArray, NDList> scores) {
    return Optional.empty();
  }
}
