package dev.limelight.onnx.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import dev.limelight.model.block.FrozenParameters;
import java.util.HashMap;
import java.util.Map;

/** Hands out a model's parameters as arrays that are traced, under the paths of their blocks. */
final class TracedParameters extends FrozenParameters {

  private final Trace trace;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, NDArray> known = new HashMap<>();

  TracedParameters(Trace trace, NDManager scope, BlockSteps steps) {
    super(scope, BlockWeights.OWN);
    this.trace = trace;
    for (BlockSteps.Step step : steps.steps()) {
      collect(step.block(), step.names().get(0).name());
    }
  }

  private void collect(Block block, String path) {
    for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
      names.putIfAbsent(parameter.getValue().getId(), path + "." + parameter.getKey());
    }
    for (Pair<String, Block> child : block.getChildren()) {
      collect(child.getValue(), path + "." + child.getKey());
    }
  }

  @Override
  protected NDArray value(Parameter parameter) {
    NDArray before = known.get(parameter.getId());
    if (before != null) {
      return before;
    }
    String name = names.getOrDefault(parameter.getId(), parameter.getName());
    NDArray made = TracedArray.parameter(trace, super.value(parameter), name).array();
    known.put(parameter.getId(), made);
    return made;
  }
}
