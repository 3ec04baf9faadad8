package dev.limelight.model.pytorch;

import ai.djl.ndarray.NDList;
import dev.limelight.model.Stage;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import dev.limelight.model.block.FrozenParameters;

/** Blocks that run one after another as the engine runs them. */
final class EagerStage implements Stage {

  private final BlockSteps steps;
  private final BlockWeights weights;

  EagerStage(BlockSteps steps, BlockWeights weights) {
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
