package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.GraphBuilder;

/**
 * A tensor divided by its deviation over axes, and its gradient. It is computed in float32 where
 * the tensor is of float16, whose squares soon are infinite.
 */
final class Standardised {

  private final String values;
  private final String inverse;
  private final boolean centred;
  private final long[] axes;

  private Standardised(String values, String inverse, boolean centred, long[] axes) {
    this.values = values;
    this.inverse = inverse;
    this.centred = centred;
    this.axes = axes;
  }

  /** {@code (x - mean) / sqrt(variance + epsilon)}. */
  static Standardised of(GraphBuilder g, String x, double epsilon, long... axes) {
    String wide = g.widened(x);
    return divided(g, g.sub(wide, g.mean(wide, axes)), epsilon, true, axes);
  }

  /** {@code x / sqrt(mean x^2 + epsilon)}. */
  static Standardised byMeanSquare(GraphBuilder g, String x, double epsilon, long... axes) {
    return divided(g, g.widened(x), epsilon, false, axes);
  }

  private static Standardised divided(
      GraphBuilder g, String x, double epsilon, boolean centred, long[] axes) {
    String variance = g.plus(g.mean(g.mul(x, x), axes), epsilon);
    String inverse = g.op("Reciprocal", g.op("Sqrt", variance));
    return new Standardised(g.mul(x, inverse), inverse, centred, axes);
  }

  /** The tensor itself, in the type of another. */
  String values(GraphBuilder g, String like) {
    return g.cast(values, like);
  }

  /**
   * {@code dx = (dv - mean(dv) - v mean(dv v)) / deviation}, where the first mean is that of what
   * was centred.
   */
  String back(GraphBuilder g, String dv, String x) {
    String wide = g.widened(dv);
    String along = g.mul(values, g.mean(g.mul(wide, values), axes));
    String rest = g.sub(centred ? g.sub(wide, g.mean(wide, axes)) : wide, along);
    return g.cast(g.mul(inverse, rest), x);
  }
}
