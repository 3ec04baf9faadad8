package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model whose output is explained before its closing softmax or sigmoid.
 *
 * @param model the model; nodes after the activation that only shape its output are repeated
 *     without it
 * @param logits the tensor that is explained
 * @param activation the activation after it that is left out, such as "softmax", or null
 */
public record OnnxOutput(ModelProto model, String logits, @Nullable String activation) {

  private static final Map<String, String> ACTIVATIONS =
      Map.of("Softmax", "softmax", "LogSoftmax", "log-softmax", "Sigmoid", "sigmoid");

  private static final Set<String> SHAPING =
      Set.of("Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose");

  /** The names of repeated tensors go on so, and then with the name of what they repeat. */
  public static final String REPEATED = "repeated/";

  /** Gives the types of a model's tensors. */
  @FunctionalInterface
  public interface Types {

    /** By the names of the tensors. */
    Map<String, TensorType> get();
  }

  /**
   * Looks for the activation before an output.
   *
   * @param prefix of the names of nodes that are added
   * @param types of the model's tensors, which are asked for only if they decide
   */
  public static OnnxOutput of(ModelProto model, String output, String prefix, Types types) {
    Map<String, NodeProto> producers = new HashMap<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      node.getOutputList().forEach(name -> producers.put(name, node));
    }
    List<NodeProto> shaping = new ArrayList<>();
    NodeProto node = beforeShaping(producers, output, shaping);
    String activation = node == null ? null : ACTIVATIONS.get(node.getOpType());
    if (node == null || activation == null || !isOfClasses(node, types)) {
      return new OnnxOutput(model, output, null);
    }
    String logits = node.getInput(0);
    if (shaping.stream().allMatch(each -> each.getOpType().equals("Identity"))) {
      return new OnnxOutput(model, logits, activation);
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (NodeProto each : shaping) {
      String repeated = prefix + REPEATED + each.getOutput(0);
      graph.addNode(each.toBuilder().setName(repeated).setInput(0, logits).setOutput(0, repeated));
      logits = repeated;
    }
    return new OnnxOutput(model.toBuilder().setGraph(graph).build(), logits, activation);
  }

  /** Whether a softmax or sigmoid makes an output, whatever it is over. */
  static boolean endsInActivation(Map<String, NodeProto> producers, String output) {
    NodeProto node = beforeShaping(producers, output, new ArrayList<>());
    return node != null && ACTIVATIONS.containsKey(node.getOpType());
  }

  /** The node before those that only shape its output, which are added to a list. */
  private static @Nullable NodeProto beforeShaping(
      Map<String, NodeProto> producers, String output, List<NodeProto> shaping) {
    NodeProto node = producers.get(output);
    // A cycle is found when the order of the nodes is checked.
    while (node != null
        && SHAPING.contains(node.getOpType())
        && shaping.size() < producers.size()) {
      shaping.add(0, node);
      node = node.getInputCount() == 0 ? null : producers.get(node.getInput(0));
    }
    return node;
  }

  /** Whether a softmax is over all outputs of a picture, and not in groups or over the batch. */
  private static boolean isOfClasses(NodeProto node, Types types) {
    if (node.getOpType().equals("Sigmoid")) {
      return true;
    }
    TensorType type = types.get().get(node.getInput(0));
    List<Dimension> dimensions = type == null ? List.of() : type.dimensions();
    int axis = (int) Attributes.integer(node, "axis", -1);
    int classes = axis < 0 ? axis + dimensions.size() : axis;
    for (int i = 1; i < dimensions.size(); i++) {
      if (i != classes && !dimensions.get(i).isOne()) {
        return false;
      }
    }
    return classes > 0;
  }
}
