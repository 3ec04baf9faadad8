package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
