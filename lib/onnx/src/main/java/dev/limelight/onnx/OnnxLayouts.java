package dev.limelight.onnx;

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
final class OnnxLayouts {

  private static final String FIRST = "NCHW";

  private static final String LAST = "NHWC";

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
          "Reshape",
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

  OnnxLayouts(List<NodeProto> nodes, Map<String, TensorType> types) {
    for (NodeProto node : nodes) {
      String found = letters(node);
      for (String output : node.getOutputList()) {
        TensorType type = types.get(output);
        if (found != null && type != null && type.dimensions().size() == 4) {
          letters.put(output, found);
        }
      }
    }
  }

  private @Nullable String letters(NodeProto node) {
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

  private static String transposed(String before, long @Nullable [] order) {
    StringBuilder after = new StringBuilder();
    for (int i = 0; i < before.length(); i++) {
      after.append(before.charAt(order == null ? before.length() - 1 - i : (int) order[i]));
    }
    return after.toString();
  }

  /** The order of a tensor's dimensions, or null if it is unknown. */
  @Nullable Order order(String tensor) {
    String found = letters.get(tensor);
    if (FIRST.equals(found)) {
      return Order.CHANNELS_FIRST;
    }
    return LAST.equals(found) ? Order.CHANNELS_LAST : null;
  }
}
