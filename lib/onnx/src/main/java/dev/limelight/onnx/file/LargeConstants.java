package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses constants that a few bytes describe and that fill the memory: ONNX Runtime computes them
 * as soon as it opens a graph.
 */
final class LargeConstants {

  private LargeConstants() {}

  /**
   * Looks for them in a graph and the graphs inside its nodes.
   *
   * @throws UnsupportedException that names the first one
   */
  static void check(GraphProto graph) {
    check(graph, Map.of());
  }

  private static void check(GraphProto graph, Map<String, TensorProto> outside) {
    Map<String, TensorProto> constants = new HashMap<>(outside);
    graph.getInitializerList().forEach(weight -> constants.put(weight.getName(), weight));
    for (NodeProto node : graph.getNodeList()) {
      AttributeProto value =
          node.getOpType().equals("Constant") ? Attributes.find(node, "value") : null;
      if (value != null && node.getOutputCount() == 1) {
        constants.put(node.getOutput(0), value.getT());
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      List<Long> shape = shape(node, constants);
      if (shape != null) {
        GraphLimits.checkConstant(node.getOutputCount() == 0 ? "" : node.getOutput(0), shape);
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          check(attribute.getG(), constants);
        }
        attribute.getGraphsList().forEach(inside -> check(inside, constants));
      }
    }
  }

  /** The shape of what a node makes, if it is said by constants. */
  private static @Nullable List<Long> shape(NodeProto node, Map<String, TensorProto> constants) {
    return switch (node.getOpType()) {
      case "ConstantOfShape" -> wholes(node, 0, constants);
      case "Expand" -> wholes(node, 1, constants);
      case "RandomNormal", "RandomUniform" -> listed(Attributes.integers(node, "shape"));
      case "Range" -> {
        Double start = number(node, 0, constants);
        Double limit = number(node, 1, constants);
        Double step = number(node, 2, constants);
        yield start == null || limit == null || step == null
            ? null
            : List.of((long) Math.max(0, Math.ceil((limit - start) / step)));
      }
      default -> null;
    };
  }

  private static @Nullable TensorProto constant(
      NodeProto node, int input, Map<String, TensorProto> constants) {
    return input < node.getInputCount() ? constants.get(node.getInput(input)) : null;
  }

  private static @Nullable List<Long> wholes(
      NodeProto node, int input, Map<String, TensorProto> constants) {
    TensorProto constant = constant(node, input, constants);
    return constant == null ? null : listed(TensorValues.wholes(constant));
  }

  private static @Nullable List<Long> listed(long @Nullable [] values) {
    return values == null ? null : Arrays.stream(values).boxed().toList();
  }

  private static @Nullable Double number(
      NodeProto node, int input, Map<String, TensorProto> constants) {
    TensorProto constant = constant(node, input, constants);
    double[] values = constant == null ? null : TensorValues.reals(constant);
    return values == null || values.length != 1 ? null : (Double) values[0];
  }
}
