package dev.limelight.onnx.attention;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Adjoint;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.onnx.adjoint.GraphBuilder;
import java.util.Map;
import java.util.Set;

/**
 * What a key of a block of attention is made of. A token is made of one token, and a channel, as in
 * attention among channels, of the same channel of all tokens; shapes alone do not say which.
 */
public final class KeySources {

  private final GraphBuilder graph;

  /** Writes into a graph. */
  public KeySources(GraphBuilder graph) {
    this.graph = graph;
  }

  /**
   * The share of tokens on which the values of a block's first key depend, as one real number.
   *
   * @param projection of a block; one without a tensor has a share of 0
   */
  public String share(Projection projection) {
    int rank = projection.rank();
    if (rank == 0) {
      return graph.cast(graph.ints(0), DataType.FLOAT);
    }
    String x = projection.from();
    String gradient =
        new Adjoint(graph, Kind.EXACT)
            .gradients(Map.of(projection.values(), seed(projection.values())), Set.of(x))
            .getOrDefault(x, "");
    int channels = projection.channelsLast() ? rank - 1 : 1;
    String large = graph.sum(graph.op("Abs", gradient), channels);
    String any = graph.cast(graph.op("Greater", large, graph.number(0, x)), DataType.FLOAT);
    String one = graph.op("Reshape", any, graph.ints(-1));
    return graph.op("ReduceMean", Attributes.with("keepdims", 1), one, graph.ints(0));
  }

  /** One for the values of the first key, and zero for the others. */
  private String seed(String values) {
    long axis = graph.rank(values) - 2L;
    String first =
        graph.op("Slice", values, graph.ints(0), graph.ints(1), graph.ints(axis), graph.ints(1));
    String others =
        graph.op(
            "Slice",
            values,
            graph.ints(1),
            graph.ints(Integer.MAX_VALUE),
            graph.ints(axis),
            graph.ints(1));
    return graph.op(
        "Concat",
        Attributes.with("axis", axis),
        graph.plus(graph.scale(first, 0), 1),
        graph.scale(others, 0));
  }

  /**
   * Where the values of a block are from.
   *
   * @param values (N, heads, T, d) or (N heads, T, d), which the probabilities are multiplied by
   * @param from what they are arranged of, without further computation: (N, T, C), (N T, C) or (N,
   *     C, h, w)
   * @param rank of that, 0 if there is none
   * @param channelsLast whether its last dimension are the channels, or its second
   */
  public record Projection(String values, String from, int rank, boolean channelsLast) {}
}
