package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A model with only the nodes and weights that its outputs need. */
public final class PrunedModel {

  private PrunedModel() {}

  /**
   * Leaves out what is not needed.
   *
   * @param model whose weights and operator sets are used
   * @param nodes in the order of computation
   * @param constants further weights
   * @param inputs of the new model
   * @param outputs of the new model
   */
  public static ModelProto of(
      ModelProto model,
      List<NodeProto> nodes,
      Collection<TensorProto> constants,
      Collection<ValueInfoProto> inputs,
      Collection<ValueInfoProto> outputs) {
    Set<String> needed = new HashSet<>();
    outputs.forEach(output -> needed.add(output.getName()));
    Set<String> given = new HashSet<>();
    inputs.forEach(input -> given.add(input.getName()));
    List<NodeProto> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream()
          .anyMatch(output -> needed.contains(output) && !given.contains(output))) {
        kept.add(node);
        needed.addAll(node.getInputList());
        needed.addAll(Subgraphs.captured(node));
      }
    }
    Collections.reverse(kept);
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("limelight")
            .addAllNode(kept)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    for (TensorProto weight : model.getGraph().getInitializerList()) {
      if (needed.contains(weight.getName()) && !given.contains(weight.getName())) {
        graph.addInitializer(weight);
      }
    }
    model.getGraph().getSparseInitializerList().stream()
        .filter(weight -> needed.contains(weight.getValues().getName()))
        .forEach(graph::addSparseInitializer);
    constants.stream()
        .filter(constant -> needed.contains(constant.getName()))
        .sorted((a, b) -> a.getName().compareTo(b.getName()))
        .forEach(graph::addInitializer);
    return model.toBuilder().setGraph(graph).build();
  }
}
