package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.TensorValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a graph does to the places of the picture before its first convolution: where it mirrors the
 * picture, or swaps its height and width, the maps of its layers appear mirrored or turned on it.
 */
public final class Orientation {

  /** Operators that keep each number at its place. */
  private static final Set<String> IN_PLACE =
      Set.of("Identity", "Cast", "Add", "Sub", "Mul", "Div", "Clip", "Concat", "Pad");

  private final Map<String, TensorProto> weights = new HashMap<>();

  /** Which dimension is which, of tensors that are the picture in another order. */
  private final Map<String, String> letters = new HashMap<>();

  private final List<String> notes = new ArrayList<>();

  private Orientation(GraphProto graph) {
    graph.getInitializerList().forEach(weight -> weights.put(weight.getName(), weight));
    graph.getInputList().stream()
        .filter(input -> !weights.containsKey(input.getName()))
        .filter(input -> input.getType().getTensorType().getShape().getDimCount() == 4)
        .forEach(input -> letters.put(input.getName(), "NCHW"));
    graph.getNodeList().forEach(this::follow);
  }

  /**
   * Looks for it.
   *
   * @param model whose picture is (N, C, H, W)
   * @return a sentence each
   */
  public static List<String> notes(ModelProto model) {
    return List.copyOf(new Orientation(model.getGraph()).notes);
  }

  private void follow(NodeProto node) {
    String before =
        node.getInputList().stream()
            .map(letters::get)
            .filter(found -> found != null)
            .findFirst()
            .orElse(null);
    if (before == null) {
      return;
    }
    String operator = node.getOpType();
    String after = before;
    if (operator.equals("Transpose")) {
      after = transposed(before, Attributes.integers(node, "perm"));
    } else if (operator.equals("Slice") || operator.equals("Gather")) {
      if (reversed(node, before)) {
        note("mirrors the picture at", "mirrored", node);
      }
    } else if (!IN_PLACE.contains(operator)) {
      if (operator.equals("Conv") && before.equals("NCWH")) {
        note("swaps the height and width of the picture before", "with their sides swapped", node);
      }
      return;
    }
    String found = after;
    node.getOutputList().forEach(output -> letters.put(output, found));
  }

  private void note(String what, String effect, NodeProto node) {
    String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    notes.add(
        "the graph "
            + what
            + " "
            + node.getOpType()
            + " "
            + Names.quoted(name)
            + ", so the maps of later layers appear "
            + effect
            + " on it");
  }

  /** Whether the order along the height or the width is reversed. */
  private boolean reversed(NodeProto node, String before) {
    if (node.getOpType().equals("Gather")) {
      long[] indices = constant(node, 1);
      return indices != null
          && indices.length > 1
          && indices[0] > indices[indices.length - 1]
          && isPlace(before, Attributes.integer(node, "axis", 0));
    }
    long[] axes = constant(node, 3);
    long[] steps = constant(node, 4);
    for (int i = 0; steps != null && i < steps.length; i++) {
      long axis = axes == null || i >= axes.length ? i : axes[i];
      if (steps[i] < 0 && isPlace(before, axis)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPlace(String letters, long axis) {
    long index = axis < 0 ? axis + letters.length() : axis;
    return index >= 0 && index < letters.length() && "HW".indexOf(letters.charAt((int) index)) >= 0;
  }

  private long @Nullable [] constant(NodeProto node, int input) {
    TensorProto weight = node.getInputCount() > input ? weights.get(node.getInput(input)) : null;
    return weight == null ? null : TensorValues.wholes(weight);
  }

  private static String transposed(String before, long @Nullable [] order) {
    StringBuilder after = new StringBuilder();
    for (int i = 0; i < before.length(); i++) {
      int from = order == null || i >= order.length ? before.length() - 1 - i : (int) order[i];
      after.append(from >= 0 && from < before.length() ? before.charAt(from) : '?');
    }
    return after.toString();
  }
}
