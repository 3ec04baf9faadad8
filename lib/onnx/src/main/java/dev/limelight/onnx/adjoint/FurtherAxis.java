package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Computes what depends on one input of a graph for several of its values at once, stacked along a
 * further axis in front, as far as operators take such an axis.
 */
public final class FurtherAxis {

  private static final Set<String> ELEMENTWISE =
      Set.of("Add", "Cast", "Div", "Identity", "Mul", "Neg", "Sub", "Where");

  private final Map<String, Integer> ranks = new HashMap<>();
  private final Set<String> tensors = new HashSet<>();

  /**
   * Begins with an input.
   *
   * @throws OrtException if ONNX Runtime refuses the graph
   */
  public FurtherAxis(ModelProto model, String input) throws OrtException {
    TypeInference.of(model).forEach((name, type) -> put(name, type.dimensions().size()));
    for (TensorProto weight : model.getGraph().getInitializerList()) {
      ranks.put(weight.getName(), weight.getDimsCount());
    }
    tensors.add(input);
  }

  /** No dimensions may also mean that their number is unknown. */
  private void put(String tensor, int rank) {
    if (rank > 0) {
      ranks.put(tensor, rank);
    }
  }

  /** The tensors that are stacked. */
  public Set<String> tensors() {
    return tensors;
  }

  /** The name of a tensor of all values. */
  public static String all(String tensor) {
    return tensor + "/all";
  }

  /**
   * Whether a node computes the same if some inputs are stacked.
   *
   * @param inputs those that depend on the values
   */
  public boolean takes(NodeProto node, Set<String> inputs) {
    if (!tensors.containsAll(inputs) || !ranks.keySet().containsAll(node.getInputList())) {
      return false;
    }
    int rank = rank(inputs.iterator().next());
    if (isProduct(node)) {
      return rank > 1
          && inputs.contains(node.getInput(0))
          && inputs.size() == 1
          && rank(node.getInput(1)) == 2;
    }
    return ELEMENTWISE.contains(node.getOpType())
        && inputs.stream().allMatch(input -> rank(input) == rank)
        && node.getInputList().stream().allMatch(input -> rank(input) <= rank);
  }

  private int rank(String tensor) {
    return ranks.getOrDefault(tensor, 0);
  }

  private static boolean isProduct(NodeProto node) {
    return node.getInputCount() == 2
        && (node.getOpType().equals("MatMul")
            || node.getOpType().equals("Gemm")
                && Attributes.integer(node, "transA", 0) == 0
                && Attributes.integer(node, "transB", 0) == 0
                && Attributes.real(node, "alpha", 1) == 1);
  }

  /** The node for all values, whose outputs are stacked as well. */
  public NodeProto of(NodeProto node) {
    NodeProto.Builder stacked = node.toBuilder();
    if (node.getOpType().equals("Gemm")) {
      // Gemm takes matrices only.
      stacked.setOpType("MatMul").clearAttribute();
    }
    tensors.addAll(node.getOutputList());
    for (int i = 0; i < node.getInputCount(); i++) {
      stacked.setInput(i, stacked(node.getInput(i)));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      stacked.setOutput(i, all(node.getOutput(i)));
    }
    return stacked.build();
  }

  private String stacked(String tensor) {
    return tensors.contains(tensor) ? all(tensor) : tensor;
  }
}
