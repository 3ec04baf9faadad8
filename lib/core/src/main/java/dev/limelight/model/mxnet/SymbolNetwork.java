package dev.limelight.model.mxnet;

import ai.djl.Model;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.limelight.io.Names;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.Stage;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.WeightedLayers;
import dev.limelight.model.WeightedNetwork;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.model.signature.Signature;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An MXNet symbol, which can be cut at any of its nodes. */
final class SymbolNetwork extends WeightedNetwork {

  private final MxGraph graph;
  private final Signature signature;
  private final @Nullable String outputActivation;
  private final Map<String, NDArray> parameters = new HashMap<>();
  private final String input;

  SymbolNetwork(Model model, NetworkChoice choice) {
    super(model.getNDManager());
    MxSymbolBlock block = (MxSymbolBlock) model.getBlock();
    MxGraph all = MxGraph.parse(block.getSymbol().toJsonString());
    List<OutputRule.Candidate> outputs = new MxOutputs(all).candidates();
    boolean read = choice.reader() != null;
    if (read && choice.output() == null && outputs.size() > 1) {
      throw new UnsupportedException(
          "the outputs of an MXNet symbol are read one at a time, and this one has "
              + outputs.stream().map(one -> one.port().text()).toList()
              + "; name one by --output or optOutput, or export the model as ONNX");
    }
    OutputRule.Chosen chosen = OutputRule.choose(outputs, choice);
    signature =
        Signature.of(
            List.of(),
            outputs.stream().map(OutputRule.Candidate::port).toList(),
            chosen,
            List.of());
    MxGraph whole = all.withOutput(chosen.index());
    // What reads an output knows its values as the file gives them.
    outputActivation = read ? null : whole.outputActivation();
    graph = (read ? whole : whole.logits()).inferenceForm();
    for (Parameter parameter : block.getAllParameters()) {
      if (parameter.isInitialized()) {
        parameters.put(parameter.getName(), parameter.getArray());
      }
    }
    List<String> inputs = new ArrayList<>(graph.variables());
    inputs.removeAll(parameters.keySet());
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "a picture network has one input, but this symbol has "
              + inputs.stream().map(Names::printable).toList()
              + " besides its parameters; check that the .params file belongs to it");
    }
    input = inputs.get(0);
  }

  private SymbolNetwork(SymbolNetwork of, Set<String> chosen, WeightShuffler shuffle) {
    super(of);
    graph = of.graph;
    signature = of.signature;
    outputActivation = of.outputActivation;
    input = of.input;
    parameters.putAll(of.parameters);
    chosen.forEach(
        name ->
            parameters.computeIfPresent(name, (key, array) -> shuffle.of(key, array, manager())));
  }

  /** The channels that the first convolution reads, or 0 if there is none. */
  static long channels(Model model) {
    MxSymbolBlock block = (MxSymbolBlock) model.getBlock();
    String kernel = MxGraph.parse(block.getSymbol().toJsonString()).firstKernel();
    for (Parameter parameter : block.getAllParameters()) {
      if (parameter.getName().equals(kernel) && parameter.isInitialized()) {
        Shape shape = parameter.getArray().getShape();
        return shape.dimension() == 4 ? shape.get(1) : 0;
      }
    }
    return 0;
  }

  @Override
  public List<Output> outputs(Shape shape) {
    List<Integer> operators = operators();
    List<Output> found = new ArrayList<>();
    // One forward pass gives the shapes; MXNet's own inference fails on some symbols.
    try (NDManager scope = manager().newSubManager();
        Stage all =
            new MxStage(scope, graph.withOutputs(operators), parameters, List.of(input), false)) {
      NDArray picture = scope.zeros(new Shape(1).addAll(shape), DataType.FLOAT32);
      NDList outputs =
          SplitModel.accepted(
              picture.getShape(),
              () -> new MxAutograd().inference(() -> all.run(new NDList(picture))));
      for (int i = 0; i < operators.size(); i++) {
        int node = operators.get(i);
        found.add(
            new Output(
                LayerPath.of(graph.name(node)), graph.operator(node), outputs.get(i).getShape()));
      }
    }
    return found;
  }

  private int node(LayerPath path) {
    List<Integer> operators = operators();
    return operators.stream()
        .filter(i -> graph.name(i).equals(path.name()))
        .findFirst()
        .orElseThrow(
            () ->
                Layer.unknown(
                    path, operators.stream().map(i -> LayerPath.of(graph.name(i))).toList()));
  }

  @Override
  public boolean isPassed(LayerPath path) {
    int node = node(path);
    try {
      return MxCut.of(graph, node, Set.of(input)).carried().isEmpty();
    } catch (UnsupportedException e) {
      // A branch that ends.
      return false;
    }
  }

  @Override
  public Stage through(List<LayerPath> layers) {
    List<Stage> parts = new ArrayList<>();
    LayerPath from = null;
    for (LayerPath layer : layers) {
      parts.add(part(from, layer, true));
      from = layer;
    }
    return Stage.chain(parts);
  }

  @Override
  public Tail tail(List<LayerPath> layers) {
    List<Stage> parts = new ArrayList<>();
    for (int i = 1; i < layers.size(); i++) {
      parts.add(part(layers.get(i - 1), layers.get(i), false));
    }
    return Tail.recorded(parts);
  }

  /** What lies between two layers that everything passes, or before one. */
  private Stage part(@Nullable LayerPath from, LayerPath to, boolean fuse) {
    Map<MxGraph.Entry, String> replaced =
        from == null ? Map.of() : Map.of(new MxGraph.Entry(node(from), 0), MxCut.ACTIVATIONS);
    MxGraph part = graph.extract(List.of(new MxGraph.Entry(node(to), 0)), replaced);
    String start = from == null ? input : MxCut.ACTIVATIONS;
    return new MxStage(manager(), part, parameters, List.of(start), fuse);
  }

  @Override
  public SplitModel split(LayerPath path) {
    int node = node(path);
    MxCut cut = MxCut.of(graph, node, Set.of(input));
    List<String> headInputs = new ArrayList<>(List.of(MxCut.ACTIVATIONS));
    headInputs.addAll(cut.carried());
    MxGraph front = cut.features();
    Stage features = new MxStage(manager(), front, parameters, List.of(input), front.mayBeFused());
    Stage head = new MxStage(manager(), cut.head(), parameters, headInputs, false);
    return new SplitModel(path, features, head, new MxAutograd());
  }

  @Override
  public SplitModel whole() {
    Stage all = new MxStage(manager(), graph, parameters, List.of(input), false);
    return new SplitModel(SplitModel.INPUT, Stage.identity(), all, new MxAutograd());
  }

  @Override
  public GuidedBackprop guidedBackprop() {
    return new MxGuidedBackprop(manager(), graph, parameters, input);
  }

  @Override
  protected WeightedLayers weights() {
    WeightedLayers found = new WeightedLayers();
    graph.readers(
        (operator, variable) -> {
          if (parameters.containsKey(variable)) {
            found.add(operator, variable);
          }
        });
    return found;
  }

  @Override
  protected Network shuffled(Set<String> chosen, WeightShuffler shuffler) {
    return new SymbolNetwork(this, chosen, shuffler);
  }

  @Override
  public @Nullable String outputActivation() {
    return outputActivation;
  }

  @Override
  public Signature signature() {
    return signature;
  }

  /** Operators that depend on the picture, but for the last: nothing would follow it. */
  private List<Integer> operators() {
    boolean[] alive = new boolean[graph.size()];
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < graph.size() - 1; i++) {
      alive[i] =
          graph.isVariable(i)
              ? graph.name(i).equals(input)
              : graph.inputs(i).stream().anyMatch(entry -> alive[entry.node()]);
      if (alive[i] && !graph.isVariable(i)) {
        found.add(i);
      }
    }
    return found;
  }
}
