package dev.limelight.model.mxnet;

import ai.djl.mxnet.engine.MxGradientCollector;
import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.limelight.model.Stage;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import dev.limelight.model.block.FrozenParameters;
import dev.limelight.support.UnsupportedException;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * DJL blocks on MXNet as a compiled graph. Run block by block they could not be differentiated
 * exactly: DJL's BatchNorm and Dropout refuse to be recorded in training mode, max pooling gives a
 * wrong gradient when it is recorded in inference mode, and the usual backward pass takes the
 * statistics of the batch. So one forward pass is recorded, MXNet returns its graph, and that graph
 * is brought into inference form, compiled and fused like any symbol's. Blocks write the batch size
 * into the graph, so there is one graph a shape of input.
 */
final class TracedStage implements Stage {

  static final String INPUT = "limelight_input";

  /**
   * A recorded graph.
   *
   * @param graph in inference form, from {@link #INPUT} to the output
   * @param parameters by the names that the graph gives them
   */
  record Traced(MxGraph graph, Map<String, NDArray> parameters) {}

  private final NDManager manager;
  private final BlockSteps steps;
  private final BlockWeights weights;
  private final boolean fuse;
  private final Map<Shape, MxStage> compiled = new HashMap<>();

  TracedStage(NDManager parent, BlockSteps steps, BlockWeights weights, boolean fuse) {
    this.manager = parent.newSubManager();
    this.steps = steps;
    this.weights = weights;
    this.fuse = fuse;
  }

  @Override
  public NDList run(NDList inputs) {
    NDArray input = inputs.singletonOrThrow();
    return compiled.computeIfAbsent(input.getShape(), shape -> compile(input)).run(inputs);
  }

  @Override
  public void close() {
    manager.close();
  }

  private MxStage compile(NDArray input) {
    Traced traced = trace(manager, steps, weights, input);
    return new MxStage(manager, traced.graph(), traced.parameters(), List.of(INPUT), fuse);
  }

  /** Records one forward pass. */
  static Traced trace(NDManager manager, BlockSteps steps, BlockWeights weights, NDArray input) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    MxGraph graph = null;
    // A separate recording: this may be called while the head is being recorded.
    try (NDManager scope = manager.newSubManager()) {
      NDArray current = alias(input, scope);
      int number = 0;
      for (BlockSteps.Step step : steps.steps()) {
        String prefix = "step" + number++ + "_";
        MxGraph next;
        if (step.block() instanceof MxSymbolBlock symbol) {
          next = symbolGraph(symbol, prefix, weights, parameters);
          current = alias(plain(step, weights, scope, current), scope);
        } else {
          Recorder recorder = new Recorder(scope, weights, prefix);
          NDArray start = alias(current, scope);
          String inputName = recorder.mark(start, INPUT);
          NDArray end = recorder.record(step, start);
          next = recorder.graph(step, end, inputName);
          parameters.putAll(recorder.parameters);
          current = alias(end, scope);
        }
        graph = graph == null ? next : graph.then(next, INPUT);
      }
      Objects.requireNonNull(graph, "a network has at least one step");
      return new Traced(graph.inferenceForm(), parameters);
    }
  }

  private static NDArray plain(
      BlockSteps.Step step, BlockWeights weights, NDManager scope, NDArray input) {
    return new MxAutograd()
        .inference(
            () ->
                step.block()
                    .forward(new FrozenParameters(scope, weights), new NDList(input), false)
                    .head());
  }

  /** The graph of a symbol among the blocks, such as a pretrained base. */
  private static MxGraph symbolGraph(
      MxSymbolBlock symbol, String prefix, BlockWeights weights, Map<String, NDArray> parameters) {
    Map<String, String> names = new HashMap<>();
    for (Parameter parameter : symbol.getAllParameters()) {
      if (parameter.isInitialized()) {
        names.put(parameter.getName(), prefix + parameter.getName());
        parameters.put(prefix + parameter.getName(), weights.of(parameter));
      } else {
        names.put(parameter.getName(), INPUT);
      }
    }
    return MxGraph.parse(symbol.getSymbol().toJsonString()).rename(names);
  }

  private static NDArray alias(NDArray array, NDManager scope) {
    NDArray alias = array.stopGradient();
    alias.attach(scope);
    return alias;
  }

  /** Records one block, and knows by which name MXNet calls each parameter. */
  private static final class Recorder extends FrozenParameters {

    private final NDManager scope;
    private final BlockWeights weights;
    private final String prefix;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> visited = new HashMap<>();

    Recorder(NDManager scope, BlockWeights weights, String prefix) {
      super(scope, weights);
      this.scope = scope;
      this.weights = weights;
      this.prefix = prefix;
    }

    @Override
    protected NDArray value(Parameter parameter) {
      NDArray known = visited.get(parameter.getId());
      if (known != null) {
        return known;
      }
      NDArray marked = super.value(parameter);
      visited.put(parameter.getId(), marked);
      String name = prefix + parameters.size() + "_" + parameter.getName();
      mark(marked, name);
      parameters.put(name, weights.of(parameter));
      return marked;
    }

    /** Makes an array a variable of the recorded graph; returns MXNet's name for it. */
    String mark(NDArray array, String name) {
      MxNDArray variable = (MxNDArray) array;
      // No gradient is needed, so the array stands in for its own gradient, and no memory is taken.
      JnaUtils.autogradMarkVariables(
          1, variable.getHandle(), IntBuffer.wrap(new int[] {0}), variable.getHandle());
      try (Symbol symbol = MxGradientCollector.getSymbol(scope, array)) {
        String variableName = MxGraph.parse(symbol.toJsonString()).name(0);
        names.put(variableName, name);
        return variableName;
      }
    }

    NDArray record(BlockSteps.Step step, NDArray input) {
      boolean wasRecording = JnaUtils.autogradSetIsRecording(true);
      boolean wasTraining = JnaUtils.autogradSetTraining(false);
      try {
        NDList out = step.block().forward(this, new NDList(input), false);
        if (out.size() != 1) {
          throw new UnsupportedException(
              "each step of the network gives one tensor, and block '"
                  + step.names().get(0)
                  + "' gives "
                  + out.size()
                  + "; put what belongs together into one ParallelBlock");
        }
        return out.head();
      } finally {
        JnaUtils.autogradSetIsRecording(wasRecording);
        JnaUtils.autogradSetTraining(wasTraining);
      }
    }

    MxGraph graph(BlockSteps.Step step, NDArray output, String inputName) {
      try (Symbol symbol = MxGradientCollector.getSymbol(scope, output)) {
        MxGraph graph = MxGraph.parse(symbol.toJsonString());
        if (!names.keySet().containsAll(graph.variables())
            || !graph.variables().contains(inputName)) {
          throw new UnsupportedException(
              "block '"
                  + step.names().get(0)
                  + "' computes with arrays that it makes itself, which cannot be followed on"
                  + " MXNet; make them parameters of the block, or use the PyTorch engine");
        }
        return graph.rename(names);
      }
    }
  }
}
