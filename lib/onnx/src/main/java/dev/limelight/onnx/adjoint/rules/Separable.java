package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;

/**
 * Operators that are linear along each axis. Applied to the identity matrix, such an operator is
 * its own matrix P, whatever its attributes mean, and its gradient is {@code P^T dy}.
 */
final class Separable {

  private Separable() {}

  /** The identity matrix of the length of an axis. */
  static String identity(GraphBuilder g, String x, int axis) {
    String length = g.size(x, axis);
    String square = g.op("Concat", Attributes.with("axis", 0), length, length);
    return g.op("EyeLike", g.zeros(square, x));
  }

  /**
   * A product with a matrix along one axis.
   *
   * @param matrix from the axis' length to the new one: [new, old]
   */
  static String multiply(GraphBuilder g, String dy, int axis, int rank, String matrix) {
    if (axis == rank - 1) {
      return g.op("MatMul", dy, g.transpose(matrix, 1, 0));
    }
    if (axis == rank - 2) {
      return g.op("MatMul", matrix, dy);
    }
    long[] rows = new long[axis + 2];
    rows[axis + 1] = -1;
    String product = g.op("MatMul", matrix, g.reshape(dy, rows));
    long[] kept = new long[axis + 1];
    kept[axis] = -1;
    String rest = g.op("Shape", Attributes.with("start", axis + 1L), dy);
    String shape = g.op("Concat", Attributes.with("axis", 0), g.ints(kept), rest);
    return g.op("Reshape", product, shape);
  }
}
