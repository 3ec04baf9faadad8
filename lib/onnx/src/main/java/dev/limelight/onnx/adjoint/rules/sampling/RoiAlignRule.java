package dev.limelight.onnx.adjoint.rules.sampling;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.adjoint.rules.Reductions;
import dev.limelight.onnx.adjoint.rules.Scatter;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.kohsuke.MetaInfServices;

/**
 * The gradient of RoiAlign with respect to the maps. The path through the boxes ends here, as in
 * torchvision: where a box lies is taken as given, even if it was computed from the picture.
 */
@MetaInfServices(GradientRules.class)
public final class RoiAlignRule implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of("RoiAlign", RoiAlignRule::write);
  }

  private static void write(GraphBuilder g, Operation n) {
    String mode = n.text("mode", "avg");
    if (!mode.equals("avg") && !mode.equals("max")) {
      throw n.refuse("it has the mode " + mode);
    }
    n.flat(1);
    RoiSamples y = RoiSamples.of(g, n, 1);
    RoiSamples x = RoiSamples.of(g, n, 0);
    n.gradient(0, mode.equals("avg") ? average(g, n, y, x) : maximum(g, n, y, x));
  }

  /**
   * Linear along each axis: {@code Y^T dy X} for each box, added to the picture that it is in.
   * (Einsum would end the process if there are no boxes.)
   */
  private static String average(GraphBuilder g, Operation n, RoiSamples y, RoiSamples x) {
    String rows = g.size(n.x(), 2);
    String columns = g.size(n.x(), 3);
    // ONNX Runtime has no OneHot in float64.
    String zeroAndOne = g.constant(TensorValues.real(DataType.FLOAT, new long[] {2}, 0, 1));
    Attributes first = Attributes.with("axis", 0);
    String picture = g.op("OneHot", first, n.x(2), g.size(n.x(), 0), zeroAndOne);
    String ofPicture = unsqueezed(g, g.cast(picture, n.x()), 2, 3);
    String down = g.mul(unsqueezed(g, y.means(g, rows), 0), ofPicture);
    String across = g.op("MatMul", n.dy(), unsqueezed(g, x.means(g, columns), 1));
    // Boxes and bins become one axis: (pictures, 1, boxes and bins, rows), (channels, ...,
    // columns).
    String downShape = g.op("Concat", first, g.size(n.x(), 0), g.ints(1, -1), rows);
    String acrossShape = g.op("Concat", first, g.size(n.x(), 1), g.ints(-1), columns);
    // One row of zeros more: without boxes, ONNX Runtime's MatMul leaves what was in memory.
    return g.op(
        "MatMul",
        g.transpose(
            g.op("Pad", g.op("Reshape", down, downShape), g.ints(0, 0, 0, 0, 0, 0, 1, 0)),
            0,
            1,
            3,
            2),
        g.op(
            "Pad",
            g.op("Reshape", g.transpose(across, 1, 0, 2, 3), acrossShape),
            g.ints(0, 0, 0, 0, 1, 0)));
  }

  /**
   * ONNX Runtime takes the maximum over all weighted pixels, four for each sample, and not over
   * their sums.
   */
  private static String maximum(GraphBuilder g, Operation n, RoiSamples y, RoiSamples x) {
    String picture = g.op("Unsqueeze", n.x(2), g.ints(1, 2, 3, 4));
    String row = g.add(g.mul(picture, g.size(n.x(), 2)), unsqueezed(g, y.pixels(), 3, 4));
    String pixel = g.add(g.mul(row, g.size(n.x(), 3)), unsqueezed(g, x.pixels(), 1, 2));
    String rows = g.op("Concat", Attributes.with("axis", 0), g.ints(-1), g.size(n.x(), 1));
    UnaryOperator<String> pick =
        maps -> g.op("Gather", g.op("Reshape", g.transpose(maps, 0, 2, 3, 1), rows), pixel);
    // (boxes, bins, reads, bins, reads, channels)
    String exist =
        g.op("And", unsqueezed(g, y.exist(), 3, 4, 5), unsqueezed(g, x.exist(), 1, 2, 5));
    String weights =
        g.mul(unsqueezed(g, y.weights(), 3, 4, 5), unsqueezed(g, x.weights(), 1, 2, 5));
    String weighted = g.mul(pick.apply(n.x()), weights);
    String values = g.where(exist, weighted, g.number(Double.NEGATIVE_INFINITY, weighted));
    String reads = g.ints(2, 4);
    String largest = g.op("ReduceMax", Attributes.with("keepdims", 1), values, reads);
    String dy = g.op("Unsqueeze", g.transpose(n.dy(), 0, 2, 3, 1), reads);
    String shares = Reductions.extreme(g, values, largest, dy, reads);
    return Scatter.back(g, n.x(), g.mul(shares, weights), pick);
  }

  private static String unsqueezed(GraphBuilder g, String tensor, long... axes) {
    return g.op("Unsqueeze", tensor, g.ints(axes));
  }
}
