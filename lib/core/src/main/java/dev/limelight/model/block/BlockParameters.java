package dev.limelight.model.block;

import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.WeightedLayers;
import dev.limelight.model.mxnet.MxGraph;
import dev.limelight.support.UnsupportedException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of DJL blocks by the paths of their blocks. Blocks are taken to run in the order
 * in which they were added to the one that holds them, after its own parameters.
 */
final class BlockParameters {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final WeightedLayers layers = new WeightedLayers();
  private final Set<String> seen = new HashSet<>();

  BlockParameters(BlockSteps steps) {
    List<BlockSteps.Step> all = steps.steps();
    for (int i = all.size() - 1; i >= 0; i--) {
      collect(all.get(i).block(), all.get(i).names().get(0).name());
    }
  }

  private void collect(Block block, String path) {
    if (block.getClass().getSimpleName().equals("PtSymbolBlock")) {
      throw new UnsupportedException(
          "block '"
              + path
              + "' is a TorchScript module among DJL blocks, whose weights cannot be exchanged;"
              + " explain it by itself");
    }
    if (isSymbol(block)) {
      collectSymbol((MxSymbolBlock) block, path);
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

  /** By name, as the class of an engine that is not there cannot be asked for. */
  private static boolean isSymbol(Block block) {
    return block.getClass().getSimpleName().equals("MxSymbolBlock");
  }

  private void collectSymbol(MxSymbolBlock block, String path) {
    Map<String, Parameter> own = new HashMap<>();
    block.getAllParameters().forEach(parameter -> own.put(parameter.getName(), parameter));
    MxGraph.parse(block.getSymbol().toJsonString())
        .readers(
            (operator, variable) -> {
              if (own.containsKey(variable)) {
                add(path + "." + operator, path + "." + variable, own.get(variable));
              }
            });
  }

  private void add(String layer, String name, Parameter parameter) {
    if (parameter.isInitialized() && seen.add(parameter.getId())) {
      layers.add(layer, name);
      parameters.put(name, parameter);
    }
  }

  /** The layers, the one next to the logits first. */
  List<String> layers() {
    return layers.names();
  }

  /**
   * Values with those of some layers shuffled.
   *
   * @param now what they are now
   * @param owner of the copies
   */
  Weights shuffled(
      Collection<String> chosen, WeightShuffler shuffle, Weights now, NDManager owner) {
    Map<String, NDArray> others = new HashMap<>(now.others());
    for (String name : layers.parameters(chosen)) {
      Parameter parameter = parameters.get(name);
      others.put(parameter.getId(), shuffle.of(name, now.of(parameter), owner));
    }
    return new Weights(others);
  }
}
