package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import java.util.function.UnaryOperator;

/** Gradients of operators that pick elements: they are added where the elements came from. */
public final class Scatter {

  private Scatter() {}

  /**
   * The gradient of any operator that only picks elements of x. It is applied to the elements'
   * numbers, and so says where the gradients belong.
   */
  public static String back(GraphBuilder g, String x, String dy, UnaryOperator<String> pick) {
    String numbers = g.op("Range", g.whole(0), g.op("Size", x), g.whole(1));
    return flat(g, x, pick.apply(g.shaped(numbers, g.shape(x))), dy);
  }

  /** Adds gradients at numbers of elements of x, which count over all its dimensions. */
  public static String flat(GraphBuilder g, String x, String numbers, String dy) {
    String zeros = g.zeros(g.reshape(g.op("Size", x), 1), x);
    String flat = along(g, 0, zeros, g.reshape(numbers, -1), g.reshape(dy, -1));
    return g.reshapedAs(flat, x);
  }

  /** Adds gradients at positions along an axis. */
  public static String along(GraphBuilder g, long axis, String zeros, String positions, String dy) {
    Attributes adding = Attributes.with("axis", axis).and("reduction", "add");
    // ONNX Runtime adds no numbers of 16 bits.
    String sum = g.op("ScatterElements", adding, g.widened(zeros), positions, g.widened(dy));
    return g.cast(sum, zeros);
  }
}
