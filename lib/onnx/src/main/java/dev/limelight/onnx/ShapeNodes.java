package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Attributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes that measure tensors. ONNX Runtime takes the square of the number of a run's outputs, and
 * of the inputs of a node, so that what is measured is joined in groups to two outputs.
 *
 * @param nodes in the order of computation
 * @param lengths the output with the lengths of all dimensions of all tensors
 * @param ranks the output with the number of dimensions of each
 */
record ShapeNodes(List<NodeProto> nodes, String lengths, String ranks) {

  private static final int GROUP = 256;

  private static final String PREFIX = OnnxGraph.ADDED + "shape-";

  /** Of tensors, at least one. */
  static ShapeNodes of(List<String> tensors) {
    List<NodeProto> nodes = new ArrayList<>();
    List<String> shapes = tensors.stream().map(tensor -> shape(nodes, tensor)).toList();
    List<String> ranks = shapes.stream().map(shape -> shape(nodes, shape)).toList();
    return new ShapeNodes(nodes, joined(nodes, shapes), joined(nodes, ranks));
  }

  private static String shape(List<NodeProto> nodes, String tensor) {
    return add(nodes, NodeProto.newBuilder().setOpType("Shape").addInput(tensor));
  }

  private static String joined(List<NodeProto> nodes, List<String> vectors) {
    List<String> all = vectors;
    do {
      List<String> groups = new ArrayList<>();
      for (int from = 0; from < all.size(); from += GROUP) {
        List<String> group = all.subList(from, Math.min(from + GROUP, all.size()));
        groups.add(
            add(
                nodes,
                NodeProto.newBuilder()
                    .setOpType("Concat")
                    .addAllInput(group)
                    .addAllAttribute(Attributes.with("axis", 0).all())));
      }
      all = groups;
    } while (all.size() > 1);
    return all.get(0);
  }

  private static String add(List<NodeProto> nodes, NodeProto.Builder node) {
    String name = PREFIX + nodes.size();
    nodes.add(node.addOutput(name).build());
    return name;
  }
}
