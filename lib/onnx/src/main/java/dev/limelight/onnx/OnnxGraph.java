package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.file.GraphLimits;
import dev.limelight.onnx.file.Precision;
import dev.limelight.onnx.file.RandomNodes;
import dev.limelight.onnx.signature.OnnxOutput;
import dev.limelight.onnx.signature.OnnxOutputs;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The graph of an ONNX model and the editing that cutting needs. A graph is not changed by any
 * method; each gives a new model, which has only the weights that it uses.
 */
final class OnnxGraph {

  /** The names of added nodes and tensors begin so; they are no layers of the model. */
  static final String ADDED = "limelight/";

  /**
   * The two parts of a graph.
   *
   * @param features picture to the layer's tensor and what else is alive there
   * @param crossing names of those tensors, the layer's first
   */
  record Parts(ModelProto features, List<String> crossing) {}

  private final ModelProto original;
  private final Precision precision;
  private final ModelProto model;
  private final String end;
  private final ValueInfoProto picture;
  private final String logits;
  private final OnnxOutput output;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, TensorProto> weights = new HashMap<>();
  private final Set<String> given = new HashSet<>();
  private final List<NodeProto> nodes;
  private final Set<String> alive = new HashSet<>();
  private final OnnxTypes types;

  /**
   * Reads the graph.
   *
   * @param original the model, with the picture as its only input
   * @param end the name of the output that is explained
   * @param precision that of the file
   * @throws UnsupportedException if it has not one picture as its input and an output, or its nodes
   *     are not in the order of computation
   */
  OnnxGraph(ModelProto original, String end, Precision precision) {
    this.original = original;
    this.end = end;
    this.precision = precision;
    types = new OnnxTypes(original);
    GraphProto before = original.getGraph();
    before.getInitializerList().forEach(weight -> weights.put(weight.getName(), weight));
    given.addAll(weights.keySet());
    before.getSparseInitializerList().forEach(weight -> given.add(weight.getValues().getName()));
    picture = onlyInput(before);
    checkOrder(before);
    output = OnnxOutput.of(original, end, ADDED, types::inferred);
    model = output.model();
    logits = output.logits();
    for (NodeProto node : model.getGraph().getNodeList()) {
      node.getOutputList().stream()
          .filter(name -> !name.isEmpty())
          .forEach(name -> producers.put(name, node));
    }
    Set<String> needed = needed(List.of(logits), Set.of());
    nodes = model.getGraph().getNodeList().stream().filter(node -> makesAny(node, needed)).toList();
    RandomNodes.refuse(nodes, weights);
    alive.add(picture.getName());
    for (NodeProto node : nodes) {
      if (Subgraphs.reads(node).stream().anyMatch(alive::contains)) {
        alive.addAll(node.getOutputList());
      }
    }
    alive.remove("");
  }

  private ValueInfoProto onlyInput(GraphProto graph) {
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(input -> !given.contains(input.getName())).toList();
    if (inputs.size() != 1) {
      throw new UnsupportedException(
          "a picture network has one input, and this one has "
              + inputs.stream().map(ValueInfoProto::getName).map(Names::printable).toList());
    }
    TypeProto.Tensor type = inputs.get(0).getType().getTensorType();
    if (type.getElemType() != DataType.FLOAT.getNumber()) {
      throw new UnsupportedException(
          "its input holds "
              + DataType.forNumber(type.getElemType())
              + " where pictures come as FLOAT; export it with float32 input");
    }
    GraphLimits.checkInput(type.getShape());
    return inputs.get(0);
  }

  private void checkOrder(GraphProto graph) {
    Set<String> computed = new HashSet<>(given);
    computed.add(picture.getName());
    computed.add("");
    for (NodeProto node : graph.getNodeList()) {
      for (String name : Subgraphs.reads(node)) {
        if (!computed.contains(name)) {
          throw new UnsupportedException(
              "its node "
                  + Names.quoted(node.getName())
                  + " uses "
                  + Names.quoted(name)
                  + ", which none before it makes");
        }
      }
      computed.addAll(node.getOutputList());
    }
    if (!computed.contains(end)) {
      throw new UnsupportedException("it has no node that makes its output");
    }
  }

  /** The activation after the logits, which is left out, such as "softmax", or null. */
  @Nullable String outputActivation() {
    return output.activation();
  }

  /** What the file multiplies the probabilities after the logits by. */
  double scale() {
    return output.scale();
  }

  /** Whether a softmax or sigmoid that is not left out makes the logits. */
  boolean isActivated() {
    return output.activated();
  }

  /** The precision of the file. */
  Precision precision() {
    return precision;
  }

  /** The model. */
  ModelProto model() {
    return model;
  }

  /** The tensor that holds the logits. */
  String logits() {
    return logits;
  }

  /** The picture's tensor. */
  String picture() {
    return picture.getName();
  }

  /** The picture's shape in the file; 0 for an unknown dimension. */
  List<Long> pictureShape() {
    return OnnxPicture.shape(picture);
  }

  /** The number of pictures that the file insists on, or 0 for any. */
  int batch() {
    List<Long> shape = pictureShape();
    return shape.isEmpty() ? 0 : Math.toIntExact(Math.min(shape.get(0), Integer.MAX_VALUE));
  }

  /** The nodes that the logits need, in the order of computation. */
  List<NodeProto> nodes() {
    return nodes;
  }

  /**
   * The nodes between the picture and the logits, after which the graph can be cut: what follows a
   * suppression has a row for each box, and not for each picture.
   */
  List<NodeProto> layers() {
    Set<String> listed = OnnxOutputs.afterSuppression(nodes);
    return nodes.stream()
        .filter(node -> alive.contains(node.getOutput(0)) && !node.getOutputList().contains(logits))
        .filter(node -> !listed.contains(node.getOutput(0)))
        .filter(node -> !node.getName().startsWith(ADDED))
        .toList();
  }

  /** The weight of that name, or null. */
  @Nullable TensorProto weight(String name) {
    return weights.get(name);
  }

  /**
   * Calls the listener, from the output on, for each node that depends on the picture and each
   * weight that it reads.
   */
  void readers(BiConsumer<NodeProto, TensorProto> listener) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream().anyMatch(alive::contains)) {
        Deque<String> waiting = new ArrayDeque<>(Subgraphs.reads(node));
        Set<String> seen = new HashSet<>();
        while (!waiting.isEmpty()) {
          String name = waiting.pop();
          if (!seen.add(name)) {
            continue;
          }
          if (weights.containsKey(name)) {
            listener.accept(node, weights.get(name));
          } else if (!alive.contains(name) && producers.containsKey(name)) {
            // Weights may be turned or scaled before they are used.
            waiting.addAll(Subgraphs.reads(producers.get(name)));
          }
        }
      }
    }
  }

  /** The same graph with other weights of the same names. */
  OnnxGraph with(Map<String, TensorProto> others) {
    GraphProto.Builder graph = original.getGraph().toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto other = others.get(graph.getInitializer(i).getName());
      if (other != null) {
        graph.setInitializer(i, other);
      }
    }
    return new OnnxGraph(original.toBuilder().setGraph(graph).build(), end, precision);
  }

  /** The same graph with nodes written in another way, which compute the same. */
  OnnxGraph rewritten(UnaryOperator<ModelProto> change) {
    return new OnnxGraph(change.apply(original), end, precision);
  }

  /** The model from its picture to tensors and to the shapes of tensors, in that order. */
  ModelProto withShapes(Collection<String> tensors, String shapePrefix) {
    List<String> outputs = new ArrayList<>(tensors);
    List<NodeProto> measuring = new ArrayList<>();
    for (String tensor : tensors) {
      String shape = shapePrefix + measuring.size();
      measuring.add(
          NodeProto.newBuilder().setOpType("Shape").addInput(tensor).addOutput(shape).build());
      outputs.add(shape);
    }
    return part(tensors, Map.of(picture.getName(), picture), outputs, measuring);
  }

  /**
   * Cuts at a tensor. Other tensors that cross the cut become further outputs of the first part.
   *
   * @throws UnsupportedException if the logits do not depend on it
   */
  Parts cut(String tensor) {
    Set<String> crossing = crossing(tensor);
    ModelProto features =
        part(crossing, Map.of(picture.getName(), picture), List.copyOf(crossing), List.of());
    return new Parts(features, List.copyOf(crossing));
  }

  /** A tensor, and the others that are needed on both sides of a cut there. */
  private Set<String> crossing(String tensor) {
    Set<String> after = new HashSet<>(Set.of(tensor));
    for (NodeProto node : nodes) {
      if (!node.getOutputList().contains(tensor)
          && Subgraphs.reads(node).stream().anyMatch(after::contains)) {
        after.addAll(node.getOutputList());
      }
    }
    after.remove("");
    Set<String> crossing = new LinkedHashSet<>(Set.of(tensor));
    for (NodeProto node : nodes) {
      if (makesAny(node, after) && !node.getOutputList().contains(tensor)) {
        Subgraphs.reads(node).stream()
            .filter(name -> alive.contains(name) && !after.contains(name))
            .forEach(crossing::add);
      }
    }
    return crossing;
  }

  /**
   * Whether nothing but a tensor is alive there: everything that the logits depend on passes it.
   */
  boolean isPassed(String tensor) {
    return crossing(tensor).size() == 1;
  }

  /** The model from its picture to several tensors. */
  ModelProto through(List<String> tensors) {
    return part(tensors, Map.of(picture.getName(), picture), tensors, List.of());
  }

  /** The second part of a cut, from the tensors that cross it to the logits. */
  ModelProto head(List<String> crossing) {
    Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
    for (String tensor : crossing) {
      TensorType type = types().get(tensor);
      if (type == null) {
        throw new UnsupportedException(
            "the tensor "
                + Names.quoted(tensor)
                + " crosses the cut and is a list; cut at another layer");
      }
      inputs.put(tensor, OnnxGradient.value(tensor, type));
    }
    return part(List.of(logits), inputs, List.of(logits), List.of());
  }

  /** The graph from the picture to the logits. */
  ModelProto whole() {
    return part(List.of(logits), Map.of(picture.getName(), picture), List.of(logits), List.of());
  }

  /** Whether it may make constants that are larger than what they are made from. */
  boolean growsConstants() {
    return model.getGraph().getNodeList().stream()
        .anyMatch(node -> Subgraphs.isIn(node) || OnnxTypes.grows(node) && !makesAny(node, alive));
  }

  /**
   * The types of all tensors.
   *
   * @throws UnsupportedException if ONNX Runtime refuses the graph, or a tensor would not fit into
   *     memory
   */
  Map<String, TensorType> types() {
    return types.of(model, alive);
  }

  /** The nodes and weights that lead from inputs to outputs; further nodes come last. */
  private ModelProto part(
      Collection<String> ends,
      Map<String, ValueInfoProto> inputs,
      List<String> outputs,
      List<NodeProto> further) {
    Set<String> needed = needed(ends, inputs.keySet());
    GraphProto old = model.getGraph();
    GraphProto.Builder graph = GraphProto.newBuilder().setName("limelight");
    nodes.stream().filter(node -> makesAny(node, needed)).forEach(graph::addNode);
    further.forEach(graph::addNode);
    old.getInitializerList().stream()
        .filter(weight -> needed.contains(weight.getName()))
        .forEach(graph::addInitializer);
    old.getSparseInitializerList().stream()
        .filter(weight -> needed.contains(weight.getValues().getName()))
        .forEach(graph::addSparseInitializer);
    graph.addAllInput(inputs.values());
    // Without a type ONNX Runtime infers it.
    outputs.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    return model.toBuilder().setGraph(graph).build();
  }

  /** All tensors that some tensors are made from, down to where the walk stops. */
  private Set<String> needed(Collection<String> ends, Set<String> stops) {
    Set<String> needed = new HashSet<>(ends);
    needed.removeAll(stops);
    List<NodeProto> all = model.getGraph().getNodeList();
    for (int i = all.size() - 1; i >= 0; i--) {
      if (makesAny(all.get(i), needed)) {
        Subgraphs.reads(all.get(i)).stream()
            .filter(name -> !stops.contains(name))
            .forEach(needed::add);
      }
    }
    needed.remove("");
    return needed;
  }

  private static boolean makesAny(NodeProto node, Set<String> tensors) {
    return node.getOutputList().stream().anyMatch(tensors::contains);
  }
}
