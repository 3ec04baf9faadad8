package dev.limelight.onnx.formula;

import dev.limelight.model.finer.Focus;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.formula.HeatmapFormulas.Maps;

/** The spotlights as nodes. All planes are (N, 1, h, w) until the end. */
final class SpotNodes {

  /** As in the classes: a plane whose maximum is smaller is zero. */
  private static final double LEAST = 1e-12;

  /** The share of one cell of four above which a gradient is smoothed. */
  private static final double UNEVEN = 0.5;

  private SpotNodes() {}

  static String spotlight(GraphBuilder g, Maps maps, Focus focus) {
    String near = raised(g, spread(g, maps.finer().get(0)), maps.size(), focus.finer());
    String far = raised(g, spread(g, maps.finer().get(1)), maps.size(), focus.finest());
    return product(g, g.mul(near, far), maps, focus);
  }

  static String gradSpotlight(GraphBuilder g, Maps maps, Focus focus) {
    Maps finer = maps.finer().get(0);
    String gradients = finer.gradients();
    String squares = evened(g, g.sum(g.mul(gradients, gradients), 1));
    String seen = g.mul(g.op("Sqrt", squares), spread(g, finer));
    return product(g, raised(g, seen, maps.size(), focus.fine()), maps, focus);
  }

  private static String product(GraphBuilder g, String seen, Maps maps, Focus focus) {
    String weighted = g.mul(g.mean(maps.gradients(), 2, 3), maps.values());
    String cam = g.op("Relu", g.sum(weighted, 1));
    String both = g.mul(seen, raised(g, cam, maps.size(), focus.coarse()));
    return g.op("Squeeze", top(g, both), g.ints(1));
  }

  private static String spread(GraphBuilder g, Maps maps) {
    String centred = g.sub(maps.values(), g.mean(maps.values(), 2, 3));
    return g.op("Sqrt", g.sum(g.mul(centred, centred), 1));
  }

  private static String top(GraphBuilder g, String plane) {
    Attributes kept = Attributes.with("keepdims", 1);
    String most = g.op("ReduceMax", kept, plane, g.ints(1, 2, 3));
    return g.div(plane, g.op("Max", most, g.number(LEAST, plane)));
  }

  /** Divided by the maximum, enlarged, and then raised. */
  private static String raised(GraphBuilder g, String plane, String size, double exponent) {
    String start = top(g, plane);
    String enlarged = g.resized(start, size);
    return g.op("Pow", enlarged, g.number(exponent, plane));
  }

  /** Smoothed by [1 2 1] / 4 in both directions where one cell of four holds more than half. */
  private static String evened(GraphBuilder g, String squares) {
    String most = "";
    for (int cell = 0; cell < 4; cell++) {
      String own =
          g.op(
              "Slice",
              squares,
              g.ints(cell / 2, cell % 2),
              g.ints(Long.MAX_VALUE, Long.MAX_VALUE),
              g.ints(2, 3),
              g.ints(2, 2));
      String sum = g.sum(own, 1, 2, 3);
      most = most.isEmpty() ? sum : g.op("Max", most, sum);
    }
    String half = g.scale(g.sum(squares, 1, 2, 3), UNEVEN);
    String smooth = smoothed(g, smoothed(g, squares, 3), 2);
    return g.where(g.op("Greater", most, half), smooth, squares);
  }

  private static String smoothed(GraphBuilder g, String plane, int axis) {
    long[] pads = new long[8];
    pads[axis] = 1;
    pads[axis + 4] = 1;
    String padded = g.op("Pad", Attributes.none().and("mode", "edge"), plane, g.ints(pads));
    String before = part(g, padded, axis, 0, -2);
    String own = part(g, padded, axis, 1, -1);
    String after = part(g, padded, axis, 2, Long.MAX_VALUE);
    return g.scale(g.add(g.add(before, after), g.scale(own, 2)), 0.25);
  }

  private static String part(GraphBuilder g, String plane, int axis, long from, long to) {
    return g.op("Slice", plane, g.ints(from), g.ints(to), g.ints(axis));
  }
}
