package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorValues;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The nodes between the last weights of a model and its outputs. */
final class Tail {

  /** What changes probabilities at most by rounding. */
  private static final double ROUNDING = 1e-3;

  /** Operators with weights, at which the tail ends. */
  private static final Set<String> WEIGHTED =
      Set.of(
          "Conv",
          "ConvTranspose",
          "ConvInteger",
          "QLinearConv",
          "Gemm",
          "MatMul",
          "MatMulInteger",
          "QLinearMatMul",
          "Einsum",
          "RNN",
          "GRU",
          "LSTM");

  private static final Set<String> PROBABILITIES =
      Set.of("Softmax", "Sigmoid", "HardSigmoid", "QLinearSoftmax", "QLinearSigmoid");

  private final Map<String, NodeProto> producers;
  private final Map<String, TensorProto> weights;

  private Tail(Map<String, NodeProto> producers, Map<String, TensorProto> weights) {
    this.producers = producers;
    this.weights = weights;
  }

  static Tail of(ModelProto model) {
    Map<String, TensorProto> weights = new HashMap<>();
    model.getGraph().getInitializerList().forEach(one -> weights.put(one.getName(), one));
    return new Tail(OnnxOutput.producers(model), weights);
  }

  /** The node that makes a tensor, or null. */
  @Nullable NodeProto producer(String tensor) {
    return producers.get(tensor);
  }

  /**
   * The node before those that keep the values of an output, but for their shape, their type, a
   * positive factor or limits of [0, 1].
   *
   * @param kept gets those nodes, in the order of computation
   */
  @Nullable NodeProto beforeKept(String output, List<NodeProto> kept) {
    NodeProto node = producers.get(output);
    // A cycle is found when the order of the nodes is checked.
    while (node != null && keeps(node) && kept.size() < producers.size()) {
      kept.add(0, node);
      node = producers.get(node.getInput(scaled(node)));
    }
    return node;
  }

  private boolean keeps(NodeProto node) {
    if (node.getInputCount() == 0) {
      return false;
    }
    return switch (node.getOpType()) {
      case "Cast" -> OnnxOutput.isReal(Attributes.integer(node, "to", 0));
      case "Clip" -> limit(node, 1, 0) <= ROUNDING && limit(node, 2, 1) >= 1 - ROUNDING;
      case "Dropout" -> node.getInputCount() < 3;
      case "Mul", "Div" -> factor(node) > 0 && Double.isFinite(factor(node));
      default -> OnnxOutput.isShaping(node);
    };
  }

  /** The input that a node keeps; a product may have its factor first. */
  private int scaled(NodeProto node) {
    boolean first = node.getOpType().equals("Mul") && weights.containsKey(node.getInput(0));
    return first && node.getInputCount() > 1 ? 1 : 0;
  }

  /** What a product or quotient multiplies its input by; 0 if it is no number, 1 for others. */
  double factor(NodeProto node) {
    boolean product = node.getOpType().equals("Mul");
    if (!product && !node.getOpType().equals("Div") || node.getInputCount() != 2) {
      return product ? 0 : 1;
    }
    double value = number(node.getInput(1 - scaled(node)));
    return product ? value : 1 / value;
  }

  /** A constant of one element, or 0. */
  private double number(String tensor) {
    TensorProto weight = weights.get(tensor);
    double[] values = weight == null ? null : TensorValues.reals(weight);
    return values != null && values.length == 1 ? values[0] : 0;
  }

  private double limit(NodeProto node, int input, double none) {
    if (node.getInputCount() <= input || node.getInput(input).isEmpty()) {
      return none;
    }
    TensorProto weight = weights.get(node.getInput(input));
    double[] values = weight == null ? null : TensorValues.reals(weight);
    return values != null && values.length == 1 ? values[0] : Double.NaN;
  }

  /** Whether a softmax or sigmoid lies on a way from the last weights to an output. */
  boolean isActivated(String output) {
    return nodes(output).stream().anyMatch(node -> PROBABILITIES.contains(node.getOpType()));
  }

  /** The nodes from an output back to the last weights. */
  List<NodeProto> nodes(String output) {
    List<NodeProto> found = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(output));
    Deque<String> waiting = new ArrayDeque<>(seen);
    while (!waiting.isEmpty()) {
      NodeProto node = producers.get(waiting.pop());
      if (node == null || WEIGHTED.contains(node.getOpType())) {
        continue;
      }
      found.add(node);
      for (String name : Subgraphs.reads(node)) {
        if (seen.add(name)) {
          waiting.add(name);
        }
      }
    }
    return found;
  }
}
