package dev.limelight.model.mxnet;

import ai.djl.engine.EngineException;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import dev.limelight.io.Names;
import dev.limelight.model.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph compiled by MXNet, with its parameters in place. */
final class MxStage implements Stage {

  private final NDManager manager;
  private final List<String> inputs;
  private final MxSymbolBlock block;
  private final MxMemory memory;
  private final ParameterStore store;

  /**
   * Compiles a graph.
   *
   * @param parent the manager within which it lives
   * @param graph what to compute
   * @param parameters by name; their memory is shared, and changes of their values are seen
   * @param inputs the names of the other variables, in the order in which {@link #run} gets them
   * @param fuse whether convolutions are fused with what follows them; such a stage cannot be
   *     recorded
   */
  MxStage(
      NDManager parent,
      MxGraph graph,
      Map<String, NDArray> parameters,
      List<String> inputs,
      boolean fuse) {
    manager = parent.newSubManager();
    this.inputs = List.copyOf(inputs);
    Symbol symbol = Symbol.loadJson((MxNDManager) manager, graph.toJson());
    Map<String, Shape> weights = new LinkedHashMap<>();
    for (String name : graph.variables()) {
      NDArray value = parameters.get(name);
      if (value != null && !inputs.contains(name)) {
        weights.put(name, value.getShape());
      }
    }
    memory = new MxMemory(graph, symbol, weights);
    block =
        new MxSymbolBlock(
            manager, fuse && !manager.getDevice().isGpu() ? fused(symbol, manager) : symbol);
    for (Parameter parameter : block.getAllParameters()) {
      NDArray value = parameters.get(parameter.getName());
      if (value != null) {
        // An alias: setting it renames the array, and the user's must keep its name.
        NDArray alias = value.stopGradient();
        alias.attach(manager);
        parameter.setArray(alias);
      } else if (!inputs.contains(parameter.getName())) {
        manager.close();
        throw new IllegalArgumentException(
            "the parameter file holds no "
                + Names.quoted(parameter.getName())
                + ", which the symbol needs; check that both files belong together");
      }
    }
    block.setInputNames(inputs);
    store = new ParameterStore(manager, false);
  }

  @Override
  public NDList run(NDList values) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      shapes.put(inputs.get(i), values.get(i).getShape());
    }
    memory.check(shapes);
    // MXNet finds its inputs by the names of the arrays, which are the caller's.
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      names.add(values.get(i).getName());
      values.get(i).setName(inputs.get(i));
    }
    try {
      return block.forward(store, values, false);
    } finally {
      for (int i = 0; i < names.size(); i++) {
        values.get(i).setName(names.get(i));
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /**
   * MXNet's own fusion for oneDNN, which is the CPU's; where this build or processor has none, the
   * symbol as it is.
   */
  private static Symbol fused(Symbol symbol, NDManager manager) {
    try {
      return symbol.optimizeFor("MKLDNN", manager.getDevice());
    } catch (EngineException e) {
      return symbol;
    }
  }
}
