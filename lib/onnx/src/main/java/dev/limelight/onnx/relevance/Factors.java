package dev.limelight.onnx.relevance;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the factors of products in a graph are. */
public final class Factors {

  /** Operators that make each number of one number, or of several at the same place. */
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Pow",
          "Neg",
          "Abs",
          "Sqrt",
          "Reciprocal",
          "Exp",
          "Log",
          "Erf",
          "Tanh",
          "Sigmoid",
          "HardSigmoid",
          "Softplus",
          "Clip",
          "Relu",
          "Min",
          "Max",
          "Identity",
          "Cast");

  /** Operators whose result says how much of something passes. */
  private static final Set<String> GATES =
      Set.of("Sigmoid", "HardSigmoid", "Softmax", "Tanh", "Clip");

  private static final Set<String> MOVING =
      Set.of(
          "Identity", "Cast", "Reshape", "Expand", "Unsqueeze", "Squeeze", "Transpose", "Resize");

  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Set<String> alive = new HashSet<>();

  /**
   * Reads a graph.
   *
   * @param nodes from the picture to the logits, in the order of computation
   * @param types of its tensors
   * @param picture the name of its input
   */
  public Factors(List<NodeProto> nodes, Map<String, TensorType> types, String picture) {
    alive.add(picture);
    for (NodeProto node : nodes) {
      boolean reads = Subgraphs.reads(node).stream().anyMatch(alive::contains);
      for (String output : node.getOutputList()) {
        producers.put(output, node);
        TensorType type = types.get(output);
        if (reads && (type == null || type.isReal())) {
          alive.add(output);
        }
      }
    }
    alive.remove("");
  }

  /** Whether a tensor depends on the picture. */
  boolean isAlive(String tensor) {
    return alive.contains(tensor);
  }

  /** Whether a tensor is made of another number by number, as an activation is. */
  boolean isFunction(String tensor, String of) {
    String root = root(of);
    Deque<String> waiting = new ArrayDeque<>(List.of(tensor));
    Set<String> seen = new HashSet<>();
    while (!waiting.isEmpty()) {
      String name = waiting.pop();
      if (name.equals(of) || name.equals(root) || !alive.contains(name) || !seen.add(name)) {
        continue;
      }
      NodeProto node = producers.get(name);
      if (node == null || !ELEMENTWISE.contains(node.getOpType())) {
        return false;
      }
      waiting.addAll(node.getInputList());
    }
    return true;
  }

  /** What a tensor is a constant multiple of. */
  private String root(String tensor) {
    NodeProto node = producers.get(tensor);
    while (node != null && (node.getOpType().equals("Mul") || node.getOpType().equals("Div"))) {
      boolean first = alive.contains(node.getInput(0));
      if (first == alive.contains(node.getInput(1)) || !first && node.getOpType().equals("Div")) {
        break;
      }
      return root(node.getInput(first ? 0 : 1));
    }
    return tensor;
  }

  /** Whether a tensor says how much of another passes. */
  boolean isGate(String tensor) {
    NodeProto node = producers.get(tensor);
    while (node != null && MOVING.contains(node.getOpType())) {
      node = producers.get(node.getInput(0));
    }
    return node != null && GATES.contains(node.getOpType());
  }
}
