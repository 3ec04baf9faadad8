package dev.limelight.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.WeightedLayers;
import dev.limelight.model.block.BlockBackend.GraphParameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of DJL blocks by the paths of their blocks. Blocks are assumed to run in the order
 * in which they were added to their parent, after its own parameters.
 */
final class BlockParameters {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final WeightedLayers layers = new WeightedLayers();
  private final Set<String> visited = new HashSet<>();

  private final BlockBackend backend;

  BlockParameters(BlockSteps steps, BlockBackend backend) {
    this.backend = backend;
    List<BlockSteps.Step> all = steps.steps();
    for (int i = all.size() - 1; i >= 0; i--) {
      collect(all.get(i).block(), all.get(i).names().get(0).name());
    }
  }

  private void collect(Block block, String path) {
    Optional<List<GraphParameter>> graph = backend.graphParameters(block, path);
    if (graph.isPresent()) {
      for (GraphParameter read : graph.get()) {
        add(
            path + "." + read.operator(),
            path + "." + read.parameter().getName(),
            read.parameter());
      }
      return;
    }
    BlockList children = block.getChildren();
    for (int i = children.size() - 1; i >= 0; i--) {
      collect(children.get(i).getValue(), path + "." + children.get(i).getKey());
    }
    for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
      add(path, path + "." + parameter.getKey(), parameter.getValue());
    }
  }

  private void add(String layer, String name, Parameter parameter) {
    if (parameter.isInitialized() && visited.add(parameter.getId())) {
      layers.add(layer, name);
      parameters.put(name, parameter);
    }
  }

  /** The layers, with the names of their parameters. */
  WeightedLayers layers() {
    return layers;
  }

  /**
   * Values with those of some parameters shuffled.
   *
   * @param chosen their names
   * @param now what they are now
   * @param owner of the copies
   */
  BlockWeights shuffled(
      Set<String> chosen, WeightShuffler shuffle, BlockWeights now, NDManager owner) {
    Map<String, NDArray> others = new HashMap<>(now.others());
    parameters.forEach(
        (name, parameter) -> {
          if (chosen.contains(name)) {
            others.put(parameter.getId(), shuffle.of(name, now.of(parameter), owner));
          }
        });
    return new BlockWeights(others);
  }
}
