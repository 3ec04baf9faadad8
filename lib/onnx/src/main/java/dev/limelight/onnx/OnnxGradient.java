package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.adjoint.Adjoint;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.FurtherAxis;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.PrunedModel;
import dev.limelight.onnx.adjoint.RuleChoice;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.formula.ClassSeed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A graph that computes the gradient of a part of a network. Its inputs are those of the part, then
 * the gradient of the logits to begin with (the seed), and 1 to begin with that of each picture's
 * strongest output instead, so that one run is enough for the usual question; else 0. Its outputs
 * are the logits, the gradients, and what else is wanted.
 *
 * @param model the graph
 * @param inputs the names of its inputs
 * @param changed the nodes whose gradient is not the derivative
 */
record OnnxGradient(ModelProto model, List<String> inputs, Set<String> changed) {

  /** Chooses what a gradient gives after the logits. */
  @FunctionalInterface
  interface Outputs {

    /**
     * Chooses tensors, and may add some.
     *
     * @param gradients by the names of the tensors they are of
     */
    List<String> of(GraphBuilder graph, Map<String, String> gradients);

    /** The gradients at tensors, and other tensors. */
    static Outputs gradients(List<String> xs, List<String> also) {
      return (graph, gradients) ->
          Stream.concat(xs.stream().map(x -> gradients.getOrDefault(x, "")), also.stream())
              .toList();
    }
  }

  private static final String SEED = OnnxGraph.ADDED + "seed";

  private static final String STRONGEST = OnnxGraph.ADDED + "strongest";

  /**
   * Differentiates a part.
   *
   * @param part the graph from its inputs to the logits
   * @param types of the tensors
   * @param logits the tensor that is differentiated
   * @param xs the tensors with respect to which
   * @param outputs what it gives after the logits
   * @throws dev.limelight.support.UnsupportedException if an operator between them has no gradient
   */
  static OnnxGradient of(
      ModelProto part,
      Map<String, TensorType> types,
      String logits,
      List<String> xs,
      Outputs outputs,
      RuleChoice choice) {
    GraphBuilder graph = new GraphBuilder(part, types);
    Adjoint adjoint = new Adjoint(graph, choice);
    List<Dimension> dimensions = seedDimensions(graph.dimensions(logits));
    boolean same = !dimensions.isEmpty() && dimensions.equals(graph.dimensions(logits));
    String given = same ? SEED : graph.reshapedAs(SEED, logits);
    String ofStrongest = graph.cast(STRONGEST, DataType.BOOL);
    String strongest = ClassSeed.oneHot(graph, logits, ClassSeed.strongest(graph, logits));
    String seed = graph.where(ofStrongest, strongest, given);
    Map<String, String> gradients = adjoint.gradients(Map.of(logits, seed), xs);
    List<ValueInfoProto> results = new ArrayList<>();
    results.add(untyped(logits));
    outputs.of(graph, gradients).forEach(tensor -> results.add(untyped(tensor)));
    List<ValueInfoProto> inputs = new ArrayList<>(part.getGraph().getInputList());
    inputs.add(value(SEED, new TensorType(graph.type(logits), dimensions)));
    inputs.add(value(STRONGEST, new TensorType(DataType.FLOAT, List.of(Dimension.of(1)))));
    ModelProto model = graph.build(inputs, results);
    return new OnnxGradient(
        model, inputs.stream().map(ValueInfoProto::getName).toList(), adjoint.changed());
  }

  /**
   * The first gradient for several seeds, (S, N, K), as (S, N, ...): what does not depend on the
   * seed is computed once, the products and elementwise operators that come first for all seeds
   * together, as they read large weights, and the rest for one seed after the other.
   *
   * @throws OrtException if ONNX Runtime refuses the graph
   */
  OnnxGradient ofSeveral() throws OrtException {
    GraphProto graph = model.getGraph();
    FurtherAxis together = new FurtherAxis(model, SEED);
    Set<String> seeded = new HashSet<>(Set.of(SEED));
    List<NodeProto> once = new ArrayList<>();
    Set<String> scanned = new LinkedHashSet<>();
    String one = SEED + "/one";
    GraphProto.Builder each = GraphProto.newBuilder().setName("one").addOutput(real(one));
    List<NodeProto> nodes = new ArrayList<>(graph.getNodeList());
    nodes.add(node("Identity", graph.getOutput(1).getName(), one));
    for (NodeProto node : nodes) {
      Set<String> read = Subgraphs.reads(node);
      read.retainAll(seeded);
      if (read.isEmpty()) {
        once.add(node);
        continue;
      }
      node.getOutputList().stream().filter(name -> !name.isEmpty()).forEach(seeded::add);
      if (together.takes(node, read)) {
        once.add(together.of(node));
      } else {
        each.addNode(node);
        scanned.addAll(read);
      }
    }
    scanned.retainAll(together.tensors());
    scanned.forEach(tensor -> each.addInput(real(tensor)));
    NodeProto.Builder scan =
        node("Scan", "", SEED + "/gradients").toBuilder()
            .clearInput()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(each))
            .addAllAttribute(Attributes.with("num_scan_inputs", scanned.size()).all());
    scanned.forEach(tensor -> scan.addInput(FurtherAxis.all(tensor)));
    once.add(scan.build());
    List<ValueInfoProto> given = new ArrayList<>();
    for (ValueInfoProto input : graph.getInputList()) {
      ValueInfoProto.Builder all = input.toBuilder();
      if (input.getName().equals(SEED)) {
        all.setName(FurtherAxis.all(SEED));
        if (input.getType().getTensorType().hasShape()) {
          all.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().addDimBuilder(0);
        }
      }
      given.add(all.build());
    }
    return new OnnxGradient(
        PrunedModel.of(model, once, List.of(), given, List.of(untyped(scan.getOutput(0)))),
        given.stream().map(ValueInfoProto::getName).toList(),
        changed);
  }

  private ValueInfoProto real(String name) {
    return value(name, new TensorType(elements(model.getGraph().getInput(0)), List.of()));
  }

  private static NodeProto node(String operator, String input, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addInput(input)
        .addOutput(output)
        .build();
  }

  private static DataType elements(ValueInfoProto tensor) {
    return DataType.forNumber(tensor.getType().getTensorType().getElemType());
  }

  /** Logits that have one row for each picture are given as (N, K), whatever their shape. */
  private static List<Dimension> seedDimensions(List<Dimension> logits) {
    if (logits.stream().skip(2).anyMatch(each -> !each.isKnown())) {
      // Whether they have one row for each picture is known once they are computed.
      return List.of();
    }
    boolean rows = logits.stream().skip(2).allMatch(Dimension::isOne);
    return logits.isEmpty() || !rows
        ? logits
        : List.of(logits.get(0), logits.size() > 1 ? logits.get(1) : Dimension.of(1));
  }

  /** An input or output without a type, which ONNX Runtime infers. */
  static ValueInfoProto untyped(String name) {
    return ValueInfoProto.newBuilder().setName(name).build();
  }

  /** An input of a type. */
  static ValueInfoProto value(String name, TensorType type) {
    return type.input(name);
  }
}
