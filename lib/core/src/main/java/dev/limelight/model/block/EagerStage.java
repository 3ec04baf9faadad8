package dev.limelight.model.block;

import ai.djl.ndarray.NDList;
import dev.limelight.model.Stage;

/** Blocks that run one after another as the engine runs them. */
final class EagerStage implements Stage {

  private final BlockSteps steps;
  private final Weights weights;

  EagerStage(BlockSteps steps, Weights weights) {
    this.steps = steps;
    this.weights = weights;
  }

  @Override
  public NDList run(NDList inputs) {
    return steps.run(new FrozenParameters(inputs.head().getManager(), weights), inputs);
  }

  @Override
  public void close() {
    // It owns nothing native: what it hands out belongs to the manager of its input.
  }
}
