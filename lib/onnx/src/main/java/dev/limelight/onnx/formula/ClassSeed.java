package dev.limelight.onnx.formula;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;

/** The gradient of one class's logit for each picture, as nodes of a graph. */
public final class ClassSeed {

  private ClassSeed() {}

  /** The index of the strongest output of each picture, (N, 1). */
  public static String strongest(GraphBuilder graph, String logits) {
    Attributes last = Attributes.with("axis", 1).and("keepdims", 1);
    return graph.op("ArgMax", last, rows(graph, logits));
  }

  /**
   * One for the class of each picture and zero for the others, in the shape of the logits.
   *
   * @param index of the class, (N, 1), or one for all
   */
  public static String oneHot(GraphBuilder graph, String logits, String index) {
    String rows = rows(graph, logits);
    String count = graph.op("Squeeze", graph.op("Shape", Attributes.with("start", 1), rows));
    String indices = graph.op("Range", graph.whole(0), count, graph.whole(1));
    String hot = graph.cast(graph.op("Equal", index, indices), logits);
    String each = graph.op("Expand", hot, graph.op("Shape", rows));
    return graph.reshapedAs(each, logits);
  }

  private static String rows(GraphBuilder graph, String logits) {
    return graph.once("rows of " + logits, () -> graph.reshape(logits, 0, -1));
  }
}
