package dev.limelight.onnx.formula;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.Layout.Order;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dimension of a tensor is which: known of what convolutions and poolings compute, and
 * followed through transpositions and operators that keep the dimensions.
 */
public final class OnnxLayouts {

  private static final String FIRST = "NCHW";

  private static final String LAST = "NHWC";

  /** L stands for all locations in a row. */
  private static final String FLATTENED = "NCL";

  private static final String TOKENS = "NLC";

  /** Operators whose result has its channels first. */
  private static final Set<String> CHANNELS_FIRST =
      Set.of(
          "Conv",
          "ConvTranspose",
          "MaxPool",
          "AveragePool",
          "LpPool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "BatchNormalization",
          "InstanceNormalization",
          "GroupNormalization",
          "LRN",
          "DepthToSpace",
          "SpaceToDepth");

  /** Operators whose result has other dimensions than their input. */
  private static final Set<String> OTHER =
      Set.of(
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "MatMul",
          "Gemm",
          "Shape",
          "Gather",
          "GatherND",
          "Slice",
          "Expand",
          "Einsum");

  private final Map<String, String> letters = new HashMap<>();

  /**
   * Follows them.
   *
   * @param nodes in the order of computation
   * @param types of the tensors
   */
  public OnnxLayouts(List<NodeProto> nodes, Map<String, TensorType> types) {
    for (NodeProto node : nodes) {
      String found = letters(node, types);
      for (String output : node.getOutputList()) {
        TensorType type = types.get(output);
        if (found != null && type != null && type.dimensions().size() == found.length()) {
          letters.put(output, found);
        }
      }
    }
  }

  private @Nullable String letters(NodeProto node, Map<String, TensorType> types) {
    if (node.getOpType().equals("Reshape")) {
      return reshaped(types.get(node.getInput(0)), types.get(node.getOutput(0)), node.getInput(0));
    }
    if (CHANNELS_FIRST.contains(node.getOpType())) {
      return FIRST;
    }
    if (OTHER.contains(node.getOpType()) || node.getInputCount() == 0) {
      return null;
    }
    if (node.getOpType().equals("Transpose")) {
      String before = letters.get(node.getInput(0));
      return before == null ? null : transposed(before, Attributes.integers(node, "perm"));
    }
    for (String input : node.getInputList()) {
      if (letters.containsKey(input)) {
        return letters.get(input);
      }
    }
    return null;
  }

  /** Maps whose locations are put in a row; the numbers stay in their order. */
  private @Nullable String reshaped(
      @Nullable TensorType before, @Nullable TensorType after, String input) {
    String found = letters.get(input);
    if (found == null || before == null || after == null || after.dimensions().size() != 3) {
      return null;
    }
    if (found.equals(FIRST)) {
      return before.dimensions().get(1).equals(after.dimensions().get(1)) ? FLATTENED : null;
    }
    return found.equals(LAST) && before.dimensions().get(3).equals(after.dimensions().get(2))
        ? TOKENS
        : null;
  }

  private static String transposed(String before, long @Nullable [] order) {
    StringBuilder after = new StringBuilder();
    for (int i = 0; i < before.length(); i++) {
      after.append(before.charAt(order == null ? before.length() - 1 - i : (int) order[i]));
    }
    return after.toString();
  }

  /** The order of a tensor's dimensions, or null if it is unknown. */
  public @Nullable Order order(String tensor) {
    return switch (letters.getOrDefault(tensor, "")) {
      case FIRST -> Order.CHANNELS_FIRST;
      case LAST -> Order.CHANNELS_LAST;
      case FLATTENED -> Order.FLATTENED;
      case TOKENS -> Order.TOKENS;
      default -> null;
    };
  }
}
