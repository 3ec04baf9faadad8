package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;

/** Writes the nodes of a graph again, some of them as others that compute the same. */
public abstract class GraphRewriter implements NodeWriter {

  /** The graph, whose initializers grow. */
  protected final GraphProto.Builder graph;

  /** The nodes so far, in their order. */
  protected final List<NodeProto> written = new ArrayList<>();

  private final String prefix;
  private int count;

  /**
   * Begins without nodes.
   *
   * @param prefix of the names of new tensors
   */
  protected GraphRewriter(GraphProto.Builder graph, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
  }

  @Override
  public final List<String> ops(
      String operator, int outputs, Attributes attributes, String... inputs) {
    NodeProto node =
        NodeWriter.node(operator, prefix + count++ + "/" + operator, outputs, attributes, inputs)
            .build();
    written.add(node);
    return node.getOutputList();
  }

  @Override
  public final String constant(TensorProto value) {
    String name = prefix + count++ + "/constant";
    graph.addInitializer(value.toBuilder().setName(name));
    return name;
  }
}
