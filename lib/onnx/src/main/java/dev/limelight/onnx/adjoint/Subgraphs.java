package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The graphs inside nodes, such as the branches of an If. */
public final class Subgraphs {

  private Subgraphs() {}

  /** Whether a node has graphs inside it. */
  public static boolean isIn(NodeProto node) {
    return node.getAttributeList().stream()
        .anyMatch(attribute -> attribute.hasG() || attribute.getGraphsCount() > 0);
  }

  /** Whether a node is of an operator, or has one of it inside. */
  public static boolean has(NodeProto node, String operator) {
    return node.getOpType().equals(operator)
        || node.getAttributeList().stream()
            .flatMap(one -> Stream.concat(Stream.of(one.getG()), one.getGraphsList().stream()))
            .flatMap(graph -> graph.getNodeList().stream())
            .anyMatch(inner -> has(inner, operator));
  }

  /** The tensors that the graphs inside a node read from outside. */
  public static Set<String> captured(NodeProto node) {
    Set<String> names = new LinkedHashSet<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        names.addAll(captured(attribute.getG()));
      }
      attribute.getGraphsList().forEach(graph -> names.addAll(captured(graph)));
    }
    return names;
  }

  /** What a node reads: its inputs, and what the graphs inside it take from outside. */
  public static Set<String> reads(NodeProto node) {
    Set<String> names = new LinkedHashSet<>(node.getInputList());
    names.addAll(captured(node));
    names.remove("");
    return names;
  }

  private static Set<String> captured(GraphProto graph) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> inner = new HashSet<>(Set.of(""));
    graph.getInputList().forEach(input -> inner.add(input.getName()));
    graph.getInitializerList().forEach(weight -> inner.add(weight.getName()));
    for (NodeProto node : graph.getNodeList()) {
      names.addAll(node.getInputList());
      names.addAll(captured(node));
      inner.addAll(node.getOutputList());
    }
    graph.getOutputList().forEach(output -> names.add(output.getName()));
    names.removeAll(inner);
    return names;
  }
}
