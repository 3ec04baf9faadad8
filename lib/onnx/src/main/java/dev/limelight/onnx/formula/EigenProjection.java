package dev.limelight.onnx.formula;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.formula.HeatmapFormulas.Maps;
import dev.limelight.support.UnsupportedException;

/**
 * The projection of locations on the first principal component of their channels, as nodes: the
 * smaller Gram matrix is squared until one eigenvector is left of it, and applied to the sum of the
 * channels, so that the component gets the sign that agrees with that. Where this sum is rounding,
 * as behind a LayerNorm, the sum of their squares takes its place.
 */
final class EigenProjection {

  /** Ratios of the first two eigenvalues up to 0.9995 leave less than 1e-3 of the second one. */
  private static final int SQUARINGS = 14;

  /** A square of this side takes about as long as a small network. */
  private static final long LARGEST = 256;

  /** A sum of channels below this share of what it could be is rounding. */
  private static final double ROUNDING = 1e-5;

  private EigenProjection() {}

  /**
   * Adds the nodes.
   *
   * @param parts (N, C, h, w)
   * @return the projections, (N, h, w), to a positive factor for each picture
   * @throws UnsupportedException if both matrices are too large
   */
  static String write(GraphBuilder g, Maps maps, String parts) {
    long locations = maps.height() * maps.width();
    if (Math.min(locations, maps.channels()) > LARGEST) {
      throw new UnsupportedException(
          "the first component of "
              + maps.channels()
              + " channels at "
              + maps.height()
              + "x"
              + maps.width()
              + " locations takes too long in a graph, which has up to "
              + LARGEST
              + " of one of them; choose a later layer");
    }
    String flat = g.reshape(parts, 0, 0, -1);
    String centred = g.sub(flat, g.mean(flat, 2));
    String turned = g.transpose(centred, 0, 2, 1);
    String sum = reference(g, centred, maps.channels());
    String projected;
    if (locations <= maps.channels()) {
      projected = g.op("MatMul", sum, power(g, g.op("MatMul", turned, centred)));
    } else {
      String direction = g.op("MatMul", sum, turned);
      String first = g.op("MatMul", direction, power(g, g.op("MatMul", centred, turned)));
      projected = g.op("MatMul", first, centred);
    }
    String shape = g.op("Shape", Attributes.with("start", 2), parts);
    String batch = g.op("Shape", Attributes.with("start", 0).and("end", 1L), parts);
    return g.op("Reshape", projected, g.op("Concat", Attributes.with("axis", 0), batch, shape));
  }

  /** (N, 1, h w): what the component agrees with. */
  private static String reference(GraphBuilder g, String centred, long channels) {
    String sum = g.sum(centred, 1);
    String squares = g.sum(g.mul(centred, centred), 1);
    String largest = g.mul(g.sum(squares, 2), g.number(ROUNDING * ROUNDING * channels, centred));
    String isRounding = g.op("Less", g.sum(g.mul(sum, sum), 2), largest);
    return g.op("Where", isRounding, g.sub(squares, g.mean(squares, 2)), sum);
  }

  private static String power(GraphBuilder g, String gram) {
    String power = scaled(g, gram);
    for (int i = 0; i < SQUARINGS; i++) {
      power = scaled(g, g.op("MatMul", power, power));
    }
    return power;
  }

  /** Divided by the largest element, so that nothing overflows; a matrix of zeros stays one. */
  private static String scaled(GraphBuilder g, String matrix) {
    Attributes kept = Attributes.with("keepdims", 1);
    String largest = g.op("ReduceMax", kept, g.op("Abs", matrix), g.ints(1, 2));
    return g.div(matrix, g.op("Max", largest, g.number(1e-37, matrix)));
  }
}
