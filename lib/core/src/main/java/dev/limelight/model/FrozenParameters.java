package dev.limelight.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

/**
 * Hands out parameters cut off from any gradient: the same memory, but nothing is recorded or
 * written for them.
 */
class FrozenParameters extends ParameterStore {

  private final NDManager manager;

  FrozenParameters(NDManager manager) {
    super(manager, false);
    this.manager = manager;
  }

  @Override
  public NDArray getValue(Parameter parameter, Device device, boolean training) {
    if (parameter == null) {
      return null;
    }
    NDArray alias = parameter.getArray().stopGradient();
    alias.attach(manager);
    return alias;
  }
}
