package dev.limelight.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;

/**
 * The values of the parameters of blocks: the model's own, or replacements.
 *
 * @param others by the parameter's id
 */
public record BlockWeights(Map<String, NDArray> others) {

  /** Those of the model. */
  public static final BlockWeights OWN = new BlockWeights(Map.of());

  /** Keeps its own map. */
  public BlockWeights {
    others = Map.copyOf(others);
  }

  /** The value of a parameter. */
  public NDArray of(Parameter parameter) {
    NDArray other = others.get(parameter.getId());
    return other == null ? parameter.getArray() : other;
  }
}
