package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.Autograd;
import dev.limelight.model.EngineName;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Layout;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.Stage;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import dev.limelight.model.block.BlockBackend;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.relevance.Composite;
import dev.limelight.model.relevance.RelevanceMaps;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.Signature;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.onnx.array.JavaAutograd;
import dev.limelight.onnx.array.JavaManager;
import dev.limelight.onnx.attention.AttentionBlock;
import dev.limelight.onnx.attention.AttentionBlocks;
import dev.limelight.onnx.attention.AttentionNodes;
import dev.limelight.onnx.file.WorkingMemory;
import dev.limelight.onnx.formula.BiasTerms;
import dev.limelight.onnx.formula.OnnxLayouts;
import dev.limelight.onnx.relevance.BatchNorms;
import dev.limelight.onnx.signature.JoinedOutputs;
import dev.limelight.output.OutputShapes;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model, which can be cut at any of its tensors. ONNX Runtime runs both parts; its arrays
 * support no computation, so the results belong to another engine on the class path, or else are
 * plain Java arrays.
 */
final class OnnxNetwork implements Network {

  /** DJL's own switch against the other engine, which is read at each network. */
  private static final String ALONE = "ai.djl.onnx.disable_alternative";

  /** The bytes of a network whose runs are short; MobileNetV2 has 14 MB. */
  private static final int QUICK = 32 << 20;

  /** How layers of attention probabilities are marked. */
  private static final String ATTENTION = " (attention)";

  /** The size of the check's picture if the file gives none. */
  private static final long USUAL_SIDE = 224;

  private final NDManager sessions;
  private final NDManager arrays;
  private final Autograd recorder;
  private final OnnxGraph graph;
  private final Signature signature;
  private final OnnxNames names;
  private final WorkingMemory memory;
  private final boolean shuffled;
  private final List<JoinedOutputs.Part> joined;
  private @Nullable Support gradients;
  private @Nullable OnnxLayouts layouts;
  private @Nullable Set<String> attention;
  private @Nullable Shape measured;
  private Map<String, Shape> shapes = Map.of();

  /** Runs once, at the first cut. */
  private @Nullable OnnxCheck check;

  OnnxNetwork(Model model, NetworkChoice choice) {
    sessions = model.getNDManager();
    shuffled = false;
    OnnxFile.Read read;
    NetworkInput input;
    try {
      OnnxFile file = OnnxFile.of(model);
      read = file.graph(choice);
      input = file.input();
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    graph = read.graph();
    signature = read.signature();
    joined = read.joined();
    names = new OnnxNames(graph);
    memory = new WorkingMemory(graph.model(), graph::types);
    Optional<Engine> other = Optional.ofNullable(sessions.getEngine().getAlternativeEngine());
    Optional<Autograd> autograd =
        Boolean.getBoolean(ALONE)
            ? Optional.empty()
            : other.flatMap(EngineName::of).flatMap(BlockBackend::of).map(BlockBackend::autograd);
    recorder = autograd.orElseGet(JavaAutograd::new);
    if (autograd.isPresent()) {
      // What ONNX Runtime gives is in Java's memory, and the rest of a map is little work.
      arrays = other.orElseThrow().newBaseManager(Device.cpu());
      sessions.attachInternal(UUID.randomUUID().toString(), arrays);
    } else {
      arrays = JavaManager.within(sessions);
    }
    boolean sized = input.height() > 0 && input.width() > 0;
    Shape picture =
        new Shape(
            Math.max(1, graph.batch()),
            input.channels() == 0 ? 3 : input.channels(),
            sized ? input.height() : USUAL_SIDE,
            sized ? input.width() : USUAL_SIDE);
    if (read.output() != OnnxFile.NO_OUTPUT) {
      check = new OnnxCheck(model, read, input, picture);
    }
  }

  private OnnxNetwork(OnnxNetwork of, OnnxGraph graph) {
    this.graph = graph;
    signature = of.signature;
    joined = of.joined;
    names = of.names;
    memory = of.memory;
    recorder = of.recorder;
    shuffled = true;
    sessions = of.sessions.newSubManager();
    arrays = of.arrays.newSubManager();
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public void know(KeptFacts about) {
    memory.know(about);
    if (check != null) {
      check.know(about);
    }
  }

  @Override
  public boolean joinsOutputs() {
    return !joined.isEmpty();
  }

  @Override
  public List<OutputShapes.Output> explainedOutputs(Shape input) {
    if (joined.isEmpty()) {
      return Network.super.explainedOutputs(input);
    }
    memory.check(new Shape(Math.max(1, graph.batch())).addAll(input));
    List<String> tensors = joined.stream().map(JoinedOutputs.Part::tensor).toList();
    Map<String, Shape> found =
        SplitModel.accepted(
            new Shape(1).addAll(input), () -> OnnxShapes.outputs(graph, tensors, input));
    return joined.stream()
        .map(
            part ->
                new OutputShapes.Output(
                    part.name(),
                    ofOne(Objects.requireNonNull(found.get(part.tensor()))),
                    part.whole(),
                    part.listed()))
        .toList();
  }

  /** The shape for one picture, where it is of as many as the graph takes. */
  private Shape ofOne(Shape shape) {
    boolean rows = shape.dimension() > 0 && shape.get(0) == Math.max(1, graph.batch());
    return rows ? new Shape(1).addAll(shape.slice(1)) : shape;
  }

  @Override
  public NDManager manager() {
    return arrays;
  }

  @Override
  public List<Output> outputs(Shape input) {
    Map<String, NodeProto> nodes = new HashMap<>();
    graph.layers().forEach(node -> nodes.put(node.getOutput(0), node));
    Map<String, Shape> shapes =
        SplitModel.accepted(new Shape(1).addAll(input), () -> shapes(input));
    Set<String> features = OnnxShapes.features(graph, shapes);
    List<Output> outputs = new ArrayList<>();
    names
        .listed()
        .forEach(
            (name, tensor) -> {
              Shape shape = shapes.get(tensor);
              NodeProto node = nodes.get(tensor);
              if (shape != null && node != null) {
                Layout.Order order = layouts().order(tensor);
                boolean attends = attention().contains(tensor);
                String kind = node.getOpType() + (attends ? ATTENTION : "");
                boolean feature = !attends && features.contains(tensor);
                outputs.add(new Output(LayerPath.of(name), kind, shape, order, feature));
              }
            });
    return outputs;
  }

  /** Layers are listed and the default is looked for among them, of the same pictures. */
  private Map<String, Shape> shapes(Shape input) {
    if (!input.equals(measured)) {
      memory.check(new Shape(Math.max(1, graph.batch())).addAll(input));
      shapes = OnnxShapes.shapes(graph, input);
      measured = input;
    }
    return shapes;
  }

  /** The tensors that hold attention probabilities. */
  private Set<String> attention() {
    if (attention == null) {
      attention = new HashSet<>();
      for (AttentionBlock block :
          new AttentionBlocks(graph.nodes(), graph.types(), graph.picture()).listed()) {
        attention.add(block.softmax());
        attention.add(block.probabilities());
      }
    }
    return attention;
  }

  @Override
  public SplitModel split(LayerPath path) {
    String tensor = names.tensor(path);
    if (attention().contains(tensor)) {
      throw new UnsupportedException(
          "layer '"
              + path
              + "' holds attention probabilities, (N, heads, tokens, tokens), which are no map of the"
              + " picture; use attention-rollout, transformer-attribution or le-grad, or name"
              + " another layer");
    }
    OnnxGraph.Parts parts = graph.cut(tensor);
    OnnxHead head = head(graph.head(parts.crossing()), parts.crossing(), Kind.EXACT);
    if (check != null && check.isKnown(tensor)) {
      check = null;
    }
    if (check != null) {
      check.runFile(memory);
    }
    Stage features =
        memory.before(
            new OnnxStage(
                parts.features(), List.of(graph.picture()), graph.batch(), sessions.getDevice()),
            graph.batch());
    if (check != null) {
      check.compare(tensor, features, head, arrays);
      check = null;
    }
    OnnxHead both = isQuick() ? whole(Kind.EXACT).at(List.of(tensor), parts.crossing()) : null;
    OnnxAutograd rest = new OnnxAutograd(head, recorder, both);
    return new SplitModel(path, features, rest, rest, layouts().order(tensor));
  }

  /** Whether the little time between two sessions matters, and its weights may be held twice. */
  private boolean isQuick() {
    return graph.model().getSerializedSize() <= QUICK
        && StoredWeight.files(graph.model()).isEmpty();
  }

  @Override
  public LayerPath listed(LayerPath path) {
    return names.listed(path);
  }

  @Override
  public boolean isPassed(LayerPath path) {
    return graph.isPassed(names.tensor(path));
  }

  @Override
  public Stage through(List<LayerPath> chosen) {
    ModelProto part = graph.through(chosen.stream().map(names::tensor).toList());
    return new OnnxStage(part, List.of(graph.picture()), graph.batch(), sessions.getDevice());
  }

  @Override
  public Tail tail(List<LayerPath> layers) {
    List<String> tensors = layers.stream().map(names::tensor).toList();
    List<String> crossing = tensors.subList(0, 1);
    OnnxHead part =
        head(graph.head(crossing), crossing, Kind.EXACT)
            .at(tensors, tensors.subList(1, tensors.size()));
    return new OnnxAutograd(part, recorder);
  }

  private OnnxLayouts layouts() {
    if (layouts == null) {
      layouts = new OnnxLayouts(graph.nodes(), graph.types());
    }
    return layouts;
  }

  private OnnxHead head(ModelProto part, List<String> inputs, Kind kind) {
    return new OnnxHead(
        part, graph.types(), inputs, graph.logits(), graph.batch(), sessions.getDevice(), kind);
  }

  private OnnxHead whole(Kind kind) {
    return head(graph.whole(), List.of(graph.picture()), kind);
  }

  @Override
  public SplitModel whole() {
    OnnxHead all = whole(Kind.EXACT);
    Stage none = memory.before(Stage.identity(), graph.batch());
    return new SplitModel(SplitModel.INPUT, none, all, new OnnxAutograd(all, recorder));
  }

  @Override
  public GuidedBackprop guidedBackprop() {
    return new OnnxGuidedBackprop(whole(Kind.GUIDED), recorder);
  }

  @Override
  public BiasGradients biasGradients() {
    OnnxHead whole = whole(Kind.EXACT);
    BiasTerms terms = new BiasTerms(whole.graph(), graph.types(), graph.picture());
    return new OnnxBiasGradients(whole, graph.picture(), terms, layouts(), recorder);
  }

  @Override
  public AttentionMaps attention(AttentionForm form) {
    return new OnnxAttention(apart(), form, recorder, arrays, sessions.getDevice(), memory);
  }

  @Override
  public RelevanceMaps relevance(Composite composite) {
    OnnxGraph folded = apart().rewritten(BatchNorms::folded);
    return new OnnxRelevance(folded, composite, recorder, sessions.getDevice());
  }

  /** The graph with attention in several operators, if it is one. */
  private OnnxGraph apart() {
    return AttentionNodes.isIn(graph.model())
        ? graph.rewritten(model -> AttentionNodes.apart(model, graph.types()))
        : graph;
  }

  @Override
  public Support gradients() {
    if (gradients == null) {
      gradients = Support.of(() -> whole(Kind.EXACT).gradient());
    }
    return gradients;
  }

  @Override
  public List<String> weightedLayers() {
    return new OnnxWeights(graph).layers();
  }

  @Override
  public Network shuffled(Collection<String> layers, long seed) {
    return new OnnxNetwork(this, new OnnxWeights(graph).shuffled(layers, new WeightShuffler(seed)));
  }

  @Override
  public void close() {
    if (shuffled) {
      sessions.close();
      arrays.close();
    }
  }

  @Override
  public int shared(int callers, int threads) {
    if (sessions.getDevice().isGpu()) {
      return 1;
    }
    int all =
        threads > 0
            ? threads
            : OnnxSessions.threads(null, System.getenv(OnnxSessions.THREADS_OF_ALL));
    int cores = all > 0 ? all : Runtime.getRuntime().availableProcessors();
    int together = Math.min(callers, cores);
    EngineName.ONNX_RUNTIME.setThreads(cores / together);
    return together;
  }

  @Override
  public boolean activated() {
    return graph.isActivated();
  }

  @Override
  public @Nullable String outputActivation() {
    return graph.outputActivation();
  }
}
