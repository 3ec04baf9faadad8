package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
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
 * @param scale what the file multiplies the probabilities by, such as 100; 1 without an activation
 * @param activated whether a softmax or sigmoid that is not left out lies between the last weights
 *     and the output
 */
public record OnnxOutput(
    ModelProto model, String logits, @Nullable String activation, double scale, boolean activated) {

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
    Tail tail = Tail.of(model);
    List<NodeProto> after = new ArrayList<>();
    NodeProto node = tail.beforeKept(output, after);
    String activation = node == null ? null : ACTIVATIONS.get(node.getOpType());
    if (node == null || activation == null || !isLeftOut(node, after, tail, types)) {
      return new OnnxOutput(model, output, null, 1, tail.isActivated(output));
    }
    List<NodeProto> shaping =
        after.stream().filter(each -> SHAPING.contains(each.getOpType())).toList();
    double scale = after.stream().mapToDouble(tail::factor).reduce(1, (a, b) -> a * b);
    String logits = node.getInput(0);
    if (shaping.stream().allMatch(each -> each.getOpType().equals("Identity"))) {
      return new OnnxOutput(model, logits, activation, scale, false);
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (NodeProto each : shaping) {
      String repeated = prefix + REPEATED + each.getOutput(0);
      graph.addNode(each.toBuilder().setName(repeated).setInput(0, logits).setOutput(0, repeated));
      logits = repeated;
    }
    return new OnnxOutput(
        model.toBuilder().setGraph(graph).build(), logits, activation, scale, false);
  }

  /** Whether a softmax or sigmoid makes an output, whatever it is over. */
  static boolean endsInActivation(Tail tail, String output) {
    NodeProto node = tail.beforeKept(output, new ArrayList<>());
    return node != null && ACTIVATIONS.containsKey(node.getOpType());
  }

  private static boolean isLeftOut(NodeProto node, List<NodeProto> after, Tail tail, Types types) {
    // Of logarithms a factor or a limit is no more than a number of the output.
    boolean plain =
        after.stream().allMatch(each -> tail.factor(each) == 1 && !each.getOpType().equals("Clip"));
    return (plain || !node.getOpType().equals("LogSoftmax")) && isOfClasses(node, after, types);
  }

  /** Whether a softmax is over all outputs of a picture, and not in groups or over the batch. */
  private static boolean isOfClasses(NodeProto node, List<NodeProto> after, Types types) {
    if (node.getOpType().equals("Sigmoid")) {
      return true;
    }
    TensorType type = types.get().get(node.getInput(0));
    return type != null && new ClassAxis(node, type, -1).isOfClasses(after);
  }

  /** Whether a type is that of real numbers. */
  static boolean isReal(long type) {
    return type == TensorProto.DataType.FLOAT.getNumber()
        || type == TensorProto.DataType.FLOAT16.getNumber()
        || type == TensorProto.DataType.BFLOAT16.getNumber()
        || type == TensorProto.DataType.DOUBLE.getNumber();
  }

  /** Whether a node only shapes its input. */
  static boolean isShaping(NodeProto node) {
    return SHAPING.contains(node.getOpType());
  }

  /** An index of the producers of a model's tensors. */
  static Map<String, NodeProto> producers(ModelProto model) {
    Map<String, NodeProto> producers = new HashMap<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      node.getOutputList().forEach(name -> producers.put(name, node));
    }
    return producers;
  }
}
