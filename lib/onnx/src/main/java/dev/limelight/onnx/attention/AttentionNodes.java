package dev.limelight.onnx.attention;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphRewriter;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.Map;

/** ONNX's own operator Attention, taken apart into the products and the softmax that it is. */
public final class AttentionNodes extends GraphRewriter {

  private static final String PREFIX = "limelight/attention";

  private AttentionNodes(GraphProto.Builder graph) {
    super(graph, PREFIX);
  }

  /** Whether a graph has such a node. */
  public static boolean isIn(ModelProto model) {
    return model.getGraph().getNodeList().stream().anyMatch(AttentionNodes::isOne);
  }

  private static boolean isOne(NodeProto node) {
    return node.getOpType().equals("Attention") && node.getDomain().isEmpty();
  }

  /**
   * The graph without these nodes.
   *
   * @param types of its tensors
   * @throws UnsupportedException if one is of a kind that only language models use
   */
  public static ModelProto apart(ModelProto model, Map<String, TensorType> types) {
    AttentionNodes writer = new AttentionNodes(model.getGraph().toBuilder());
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (isOne(node)) {
        writer.write(node, types);
      } else {
        writer.written.add(node);
      }
    }
    writer.graph.clearNode().addAllNode(writer.written);
    return model.toBuilder().setGraph(writer.graph).build();
  }

  private void write(NodeProto node, Map<String, TensorType> types) {
    TensorType type = types.get(node.getInput(0));
    int rank = type == null ? 0 : type.dimensions().size();
    long heads = Attributes.integer(node, "q_num_heads", 0);
    boolean further = node.getInputList().stream().skip(4).anyMatch(name -> !name.isEmpty());
    boolean several = node.getOutputList().stream().skip(1).anyMatch(name -> !name.isEmpty());
    if (type == null
        || rank != 3 && rank != 4
        || rank == 3 && heads == 0
        || heads != Attributes.integer(node, "kv_num_heads", 0)
        || Attributes.integer(node, "is_causal", 0) != 0
        || Attributes.real(node, "softcap", 0) != 0
        || further
        || several) {
      throw new UnsupportedException(
          "the operator Attention ("
              + Names.quoted(node.getName())
              + ") is causal, capped, shares keys among heads, keeps a cache or is of open rank, as in"
              + " language models; export the model with an opset below 23, or use grad-cam");
    }
    boolean three = rank == 3;
    String q = heads(node.getInput(0), three, heads, 0, 2, 1, 3);
    String k =
        three
            ? heads(node.getInput(1), true, heads, 0, 2, 3, 1)
            : transpose(node.getInput(1), 0, 1, 3, 2);
    String v = heads(node.getInput(2), three, heads, 0, 2, 1, 3);
    String scores = op("Mul", op("MatMul", q, k), scale(node, q, type.type()));
    if (node.getInputCount() > 3 && !node.getInput(3).isEmpty()) {
      String mask = node.getInput(3);
      TensorType of = types.get(mask);
      boolean truth = of != null && of.type() == DataType.BOOL;
      TensorProto never =
          TensorValues.real(
              type.type(),
              new long[0],
              type.type() == DataType.FLOAT16 ? -65504 : -Float.MAX_VALUE);
      scores = truth ? op("Where", mask, scores, constant(never)) : op("Add", scores, mask);
    }
    String weights = op("Softmax", Attributes.with("axis", -1), scores);
    String product = op("MatMul", weights, v);
    String together = three ? reshape(transpose(product, 0, 2, 1, 3), 0, 0, -1) : product;
    written.add(
        NodeWriter.node("Identity", node.getOutput(0), 1, Attributes.none(), together).build());
  }

  private String heads(String tensor, boolean joined, long heads, long... order) {
    return joined ? transpose(reshape(tensor, 0, 0, heads, -1), order) : tensor;
  }

  /** One over the root of the length of a query, unless the node says another. */
  private String scale(NodeProto node, String q, DataType type) {
    double given = Attributes.real(node, "scale", 0);
    if (given != 0) {
      return constant(TensorValues.real(type, new long[0], given));
    }
    String length =
        op(
            "Cast",
            Attributes.with("to", type.getNumber()),
            op("Shape", Attributes.with("start", -1), q));
    return op("Reciprocal", op("Sqrt", length));
  }
}
