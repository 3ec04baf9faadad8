package dev.limelight.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;

/**
 * The values that parameters of blocks are given: the model's own, or others in their place.
 *
 * @param others by the parameter's id
 */
record Weights(Map<String, NDArray> others) {

  /** Those of the model. */
  static final Weights OWN = new Weights(Map.of());

  /** Keeps its own map. */
  Weights {
    others = Map.copyOf(others);
  }

  NDArray of(Parameter parameter) {
    NDArray other = others.get(parameter.getId());
    return other == null ? parameter.getArray() : other;
  }
}
