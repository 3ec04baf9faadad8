package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Guided backpropagation through one network.
 *
 * @see <a href="https://arxiv.org/abs/1412.6806">Springenberg et al. 2015, Striving for
 *     Simplicity</a>
 */
@API(status = Status.INTERNAL)
public interface GuidedBackprop extends AutoCloseable {

  /**
   * The backward pass from the score to the picture; every ReLU, clipped ones too, passes only
   * positive gradients of positive inputs.
   *
   * @param input pictures, (N, C, H, W); unchanged
   * @param score (N, K) logits to (N) scores
   * @return the logits, and one gradient, (N, C, H, W); of the manager of the input
   */
  Gradients gradients(NDArray input, Function<NDArray, NDArray> score);

  @Override
  void close();
}
