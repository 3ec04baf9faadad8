package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An engine's automatic differentiation, used so that nothing of the user's is recorded or written.
 */
@API(status = Status.INTERNAL)
public interface Autograd {

  /** The same array, as one that can be computed with and has no past. */
  default NDArray detached(NDArray array) {
    return array.stopGradient();
  }

  /** Runs work in inference mode and without recording, and then puts the thread's state back. */
  <T> T inference(Supplier<T> work);

  /**
   * Records the head from the activations on and differentiates scores of its output.
   *
   * @param activations A, (N, C, h, w); left as it is
   * @param head A to logits
   * @param scores logits to one tensor a score; each is summed before it is differentiated
   */
  Gradients gradients(
      NDArray activations, Function<NDArray, NDArray> head, Function<NDArray, NDList> scores);
}
