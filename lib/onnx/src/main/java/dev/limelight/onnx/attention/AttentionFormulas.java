package dev.limelight.onnx.attention;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;

/** What methods read of blocks of attention, as nodes. */
public final class AttentionFormulas {

  private final GraphBuilder graph;
  private final String picture;

  /**
   * Writes into a graph.
   *
   * @param picture the name of its input, which has as many rows as there are pictures
   */
  public AttentionFormulas(GraphBuilder graph, String picture) {
    this.graph = graph;
    this.picture = picture;
  }

  /**
   * One block in one form.
   *
   * @param gradient of its probabilities, or "" where the form has none
   */
  public String of(AttentionForm form, AttentionBlock block, String gradient) {
    Attributes plain = Attributes.with("keepdims", 0);
    String a = block.probabilities();
    return switch (form) {
      case MEAN -> graph.op("ReduceMean", plain, heads(a, a), graph.ints(1));
      case MAX -> graph.op("ReduceMax", plain, heads(a, a), graph.ints(1));
      case MIN -> graph.op("ReduceMin", plain, heads(a, a), graph.ints(1));
      case WEIGHTED -> {
        String positive = graph.op("Relu", graph.mul(a, gradient));
        yield graph.op("ReduceMean", plain, heads(positive, a), graph.ints(1));
      }
      case LAYERED -> {
        String positive = heads(graph.op("Relu", gradient), a);
        yield graph.op("ReduceMean", plain, positive, graph.ints(1, 2));
      }
    };
  }

  /** How much the gradient of a block's probabilities is in each query's row, (N, T). */
  public String rows(AttentionBlock block, String gradient) {
    String large = heads(graph.op("Abs", gradient), block.probabilities());
    return graph.op("ReduceSum", Attributes.with("keepdims", 0), large, graph.ints(1, 3));
  }

  /** The lengths of a tensor, as real numbers. */
  public String lengths(String tensor) {
    return graph.cast(graph.op("Shape", tensor), DataType.FLOAT);
  }

  /** (N heads, T, T) as (N, heads, T, T). */
  private String heads(String tensor, String like) {
    if (graph.rank(like) == 4) {
      return tensor;
    }
    String matrix = graph.op("Shape", Attributes.with("start", 1), like);
    String shape =
        graph.op(
            "Concat", Attributes.with("axis", 0), graph.size(picture, 0), graph.ints(-1), matrix);
    return graph.op("Reshape", tensor, shape);
  }
}
