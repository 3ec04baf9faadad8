package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.limelight.support.UnsupportedException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of an If: an If of the same condition, each branch of which computes the one of the
 * forward graph again and its adjoint.
 */
final class Branches {

  private static final String[] NAMES = {"then_branch", "else_branch"};

  private final GraphBuilder graph;
  private final RuleChoice choice;
  private final Set<String> changed;

  /**
   * In a graph.
   *
   * @param changed to which the nodes are added whose gradient is not the derivative
   */
  Branches(GraphBuilder graph, RuleChoice choice, Set<String> changed) {
    this.graph = graph;
    this.choice = choice;
    this.changed = changed;
  }

  /** Whether a node chooses between two graphs. */
  static boolean isIn(NodeProto node) {
    return node.getOpType().equals("If") && node.getDomain().isEmpty();
  }

  /**
   * Adds the node.
   *
   * @param gradients of its outputs, null where they have none
   * @param wanted the tensors that the branches read and whose gradients are asked for
   * @return the gradients of these
   * @throws UnsupportedException if an operator in a branch has no gradient
   */
  Map<String, String> gradients(
      NodeProto node, List<? extends @Nullable String> gradients, List<String> wanted) {
    NodeProto.Builder both = NodeProto.newBuilder();
    for (String name : NAMES) {
      AttributeProto branch = Attributes.find(node, name);
      if (branch == null || !branch.hasG()) {
        throw UnsupportedException.noGradient(
            "no gradient of the operator " + Operation.described(node) + ": it has no " + name);
      }
      String prefix = node.getOutput(0) + "/" + name + "/";
      both.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeType.GRAPH)
              .setG(adjoint(node, branch.getG(), prefix, gradients, wanted)));
    }
    Attributes attributes = Attributes.none().and(both.build(), NAMES);
    List<String> results = graph.ops("If", wanted.size(), attributes, node.getInput(0));
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      all.put(wanted.get(i), graph.alike(results.get(i), wanted.get(i)));
    }
    return all;
  }

  private GraphProto adjoint(
      NodeProto node,
      GraphProto branch,
      String prefix,
      List<? extends @Nullable String> gradients,
      List<String> wanted) {
    ModelProto own = graph.model().toBuilder().setGraph(branch).build();
    GraphBuilder inside = new GraphBuilder(own, types(node, own), prefix);
    for (String outer : Subgraphs.captured(node)) {
      TensorProto constant = graph.constant(outer);
      if (constant != null) {
        inside.set(outer, constant);
      }
    }
    Adjoint adjoint = new Adjoint(inside, choice);
    Set<String> depending = adjoint.depending(wanted);
    Map<String, String> seeds = new HashMap<>();
    for (int i = 0; i < gradients.size(); i++) {
      String gradient = gradients.get(i);
      String output = branch.getOutput(i).getName();
      if (gradient != null && depending.contains(output)) {
        inside.set(gradient, new TensorType(graph.type(gradient), graph.dimensions(gradient)));
        seeds.merge(output, gradient, inside::add);
      }
    }
    Map<String, String> found = adjoint.gradients(seeds, wanted);
    changed.addAll(adjoint.changed());
    return inside
        .build(
            List.of(), wanted.stream().map(x -> result(inside, found.getOrDefault(x, ""))).toList())
        .getGraph();
  }

  /** An output of a branch, of which the condition decides the shape. */
  private static ValueInfoProto result(GraphBuilder inside, String gradient) {
    // What comes from outside, or is another output, is no output as it is.
    String name = inside.op("Identity", gradient);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(inside.type(gradient).getNumber())))
        .build();
  }

  /** The types of the tensors in a branch and of those that it reads from outside. */
  private Map<String, TensorType> types(NodeProto node, ModelProto branch) {
    GraphProto.Builder open = branch.getGraph().toBuilder();
    Map<String, TensorType> outer = new HashMap<>();
    for (String name : Subgraphs.captured(node)) {
      TensorType type = graph.find(name);
      if (type == null) {
        throw UnsupportedException.noGradient(
            "no gradient of the operator "
                + Operation.described(node)
                + ": it reads '"
                + name
                + "', which is a list");
      }
      outer.put(name, type);
      open.addInput(type.input(name));
    }
    try {
      Map<String, TensorType> types =
          new HashMap<>(TypeInference.of(branch.toBuilder().setGraph(open).build()));
      types.putAll(outer);
      return types;
    } catch (OrtException e) {
      throw UnsupportedException.noGradient(
          "no gradient of the operator "
              + Operation.described(node)
              + ": ONNX Runtime refuses a graph inside it",
          e);
    }
  }
}
