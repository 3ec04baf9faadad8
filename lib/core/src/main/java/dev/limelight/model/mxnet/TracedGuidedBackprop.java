package dev.limelight.model.mxnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.block.BlockRectifiers;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Guided backpropagation through DJL blocks on MXNet, by one graph a shape of input. */
final class TracedGuidedBackprop implements GuidedBackprop {

  private final NDManager manager;
  private final BlockSteps steps;
  private final BlockWeights weights;
  private final Rectifiers named;
  private final Map<Shape, MxGuidedBackprop> known = new HashMap<>();

  TracedGuidedBackprop(NDManager parent, BlockSteps steps, BlockWeights weights) {
    this.manager = parent.newSubManager();
    this.steps = steps;
    this.weights = weights;
    named = BlockRectifiers.of(steps);
  }

  @Override
  public Gradients gradients(NDArray input, Function<NDArray, NDArray> score) {
    return known.computeIfAbsent(input.getShape(), shape -> cut(input)).gradients(input, score);
  }

  private MxGuidedBackprop cut(NDArray input) {
    TracedStage.Traced traced = TracedStage.trace(manager, steps, weights, input);
    return new MxGuidedBackprop(manager, traced.graph(), traced.parameters(), TracedStage.INPUT);
  }

  @Override
  public Rectifiers rectifiers() {
    return known.values().stream().map(MxGuidedBackprop::rectifiers).findFirst().orElse(named);
  }

  @Override
  public void close() {
    manager.close();
  }
}
