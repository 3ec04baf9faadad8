package dev.limelight.onnx.adjoint.rules.sampling;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.onnx.adjoint.rules.Scatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kohsuke.MetaInfServices;

/**
 * The gradient of GridSample with respect to what is sampled: each gradient is added at the corners
 * that its sample was made of, with their weights.
 */
@MetaInfServices(GradientRules.class)
public final class GridSampleRule implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of("GridSample", GridSampleRule::write);
  }

  /** One coordinate of the samples, in pixels, and how many pixels there are. */
  private record Axis(String places, String last) {}

  /** Pixels along one axis, and their weights in the samples. */
  private record Corner(String pixels, String weights) {}

  private static void write(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its grid is", 1);
    String mode = n.text("mode", "linear");
    boolean linear = Set.of("linear", "bilinear").contains(mode);
    if (!linear && !mode.equals("nearest")) {
      throw n.refuse("it has the mode " + mode);
    }
    boolean border = n.text("padding_mode", "zeros").equals("border");
    if (!border && !n.text("padding_mode", "zeros").equals("zeros")) {
      throw n.refuse("it has the padding " + n.text("padding_mode", ""));
    }
    if (g.rank(n.x()) != 4) {
      throw n.refuse("it samples other than two dimensions");
    }
    boolean aligned = n.integer("align_corners", 0) == 1;
    Axis x = axis(g, n, 0, aligned, border);
    Axis y = axis(g, n, 1, aligned, border);
    String width = g.cast(g.size(n.x(), 3), n.x(1));
    String gradients = g.reshape(n.dy(), 0, 0, -1);
    String rows = g.mul(g.size(n.x(), 2), g.size(n.x(), 3));
    Attributes first = Attributes.with("axis", 0);
    String flat = g.op("Concat", first, g.size(n.x(), 0), g.size(n.x(), 1), rows);
    String sum = g.zeros(flat, n.x());
    for (Corner atY : corners(g, y, linear)) {
      for (Corner atX : corners(g, x, linear)) {
        String inside = g.op("And", inside(g, atX, x), inside(g, atY, y));
        String pixel = g.gate(inside, g.add(g.mul(atY.pixels(), width), atX.pixels()));
        String positions = g.reshape(g.cast(pixel, DataType.INT64), 0, 1, -1);
        String all = g.op("Expand", positions, g.op("Shape", gradients));
        String weights = g.gate(inside, g.mul(atY.weights(), atX.weights()));
        String parts = g.mul(gradients, g.cast(g.reshape(weights, 0, 1, -1), n.x()));
        sum = Scatter.along(g, 2, sum, all, parts);
      }
    }
    n.gradient(0, g.reshapedAs(sum, n.x()));
  }

  /** From [-1, 1] to pixels. */
  private static Axis axis(
      GraphBuilder g, Operation n, int coordinate, boolean aligned, boolean border) {
    String grid = n.x(1);
    String given = g.op("Gather", Attributes.with("axis", 3), grid, g.whole(coordinate));
    String size = g.cast(g.size(n.x(), 3 - coordinate), grid);
    String last = g.plus(size, -1);
    String shifted = g.plus(given, 1);
    String places =
        aligned
            ? g.scale(g.mul(shifted, last), 0.5)
            : g.scale(g.plus(g.mul(shifted, size), -1), 0.5);
    if (border) {
      places = g.op("Max", g.op("Min", places, last), g.number(0, grid));
    }
    return new Axis(places, last);
  }

  private static List<Corner> corners(GraphBuilder g, Axis axis, boolean linear) {
    if (!linear) {
      String nearest = g.op("Round", axis.places());
      return List.of(new Corner(nearest, g.plus(g.scale(nearest, 0), 1)));
    }
    String low = g.op("Floor", axis.places());
    String share = g.sub(axis.places(), low);
    return List.of(new Corner(low, g.oneMinus(share)), new Corner(g.plus(low, 1), share));
  }

  private static String inside(GraphBuilder g, Corner corner, Axis axis) {
    String zero = g.number(0, corner.pixels());
    return g.op(
        "And",
        g.op("GreaterOrEqual", corner.pixels(), zero),
        g.op("LessOrEqual", corner.pixels(), axis.last()));
  }
}
