package dev.limelight.model.block;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/**
 * Hands out parameters cut off from any gradient: the same memory, but nothing is recorded or
 * written for them.
 */
public class FrozenParameters extends ParameterStore {

  private final NDManager manager;
  private final BlockWeights weights;

  /** Parameters for arrays of a manager. */
  public FrozenParameters(NDManager manager, BlockWeights weights) {
    super(manager, false);
    this.manager = manager;
    this.weights = weights;
  }

  @Override
  public @Nullable NDArray getValue(
      @Nullable Parameter parameter, Device device, boolean training) {
    return parameter == null ? null : value(parameter);
  }

  /** The value of a parameter, cut off from its gradient. */
  protected NDArray value(Parameter parameter) {
    NDArray alias = weights.of(parameter).stopGradient();
    alias.attach(manager);
    return alias;
  }
}
