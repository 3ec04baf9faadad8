package dev.limelight.onnx.adjoint.rules;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import org.jspecify.annotations.Nullable;

/** Gradients of maxima and means over axes. */
public final class Reductions {

  private Reductions() {}

  /**
   * The gradient of a maximum or minimum, which equal elements share.
   *
   * @param y with the reduced axes as ones
   * @param axes the tensor of axes, or "" for all
   */
  public static String extreme(GraphBuilder g, String x, String y, String dy, String axes) {
    String reached = g.cast(g.op("Equal", x, y), x);
    String count = g.op("ReduceSum", Attributes.with("keepdims", 1), reached, axes);
    return g.mul(reached, g.div(dy, count));
  }

  /**
   * A gradient divided by the number of elements of which a mean was taken.
   *
   * @param axes over which, or null if they are not known
   */
  static String share(GraphBuilder g, String dy, String x, String y, long @Nullable [] axes) {
    long count = axes == null ? -1 : 1;
    for (int i = 0; axes != null && i < axes.length && count >= 0; i++) {
      long length = g.length(x, (int) axes[i]);
      count = length < 0 ? -1 : count * length;
    }
    if (count > 0) {
      return g.scale(dy, 1.0 / count);
    }
    // In float16 the number of elements may be infinite.
    DataType wide = g.type(x) == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    String part = g.div(g.cast(g.op("Size", y), wide), g.cast(g.op("Size", x), wide));
    return g.mul(dy, g.cast(part, x));
  }
}
