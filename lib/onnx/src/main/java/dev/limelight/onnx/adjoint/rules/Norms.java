package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.GraphBuilder;

/** Gradients of norms, {@code y = (sum |x|^p)^(1/p)}. */
final class Norms {

  private Norms() {}

  /** {@code dx = dy (|x| / y)^(p-1) sign(x)}, and zero where all x are zero. */
  static String back(GraphBuilder g, String x, String y, String dy, long p) {
    if (p == 1) {
      return g.mul(g.op("Sign", x), dy);
    }
    String norm = notZero(g, y);
    String power = p == 2 ? norm : g.op("Pow", norm, g.number(p - 1, norm));
    return g.mul(slopeOfPower(g, x, p), g.div(dy, power));
  }

  /** {@code |x|^(p-1) sign(x)}. */
  static String slopeOfPower(GraphBuilder g, String x, long p) {
    if (p == 1) {
      return g.op("Sign", x);
    }
    if (p == 2) {
      return x;
    }
    return g.mul(g.op("Sign", x), g.op("Pow", g.op("Abs", x), g.number(p - 1, x)));
  }

  /** A tensor with ones instead of zeros, to divide by. */
  static String notZero(GraphBuilder g, String tensor) {
    return g.add(tensor, g.cast(g.op("Equal", tensor, g.number(0, tensor)), tensor));
  }
}
