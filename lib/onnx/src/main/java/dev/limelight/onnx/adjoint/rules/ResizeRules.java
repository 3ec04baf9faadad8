package dev.limelight.onnx.adjoint.rules;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.onnx.adjoint.TensorValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** Resize in all its modes of interpolation, which are linear along each axis. */
@MetaInfServices(GradientRules.class)
public final class ResizeRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of("Resize", ResizeRules::resize);
  }

  private static void resize(GraphBuilder g, Operation n) {
    if (!n.text("keep_aspect_ratio_policy", "stretch").equals("stretch")
        || n.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize")) {
      throw n.refuse("it keeps the aspect ratio or crops");
    }
    n.refuseGradientOf("its sizes are", 1, 2, 3);
    int rank = g.rank(n.x());
    long[] axes = n.integers("axes");
    if (axes == null) {
      axes = LongStream.range(0, rank).toArray();
    }
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < axes.length; i++) {
      axes[i] = axes[i] < 0 ? axes[i] + rank : axes[i];
      if (!isKept(g, n, i, (int) axes[i])) {
        changed.add(i);
      }
    }
    String dx = n.dy();
    for (int position : changed) {
      int axis = (int) axes[position];
      dx = Separable.multiply(g, dx, axis, rank, matrix(g, n, axis, position));
    }
    n.gradient(0, dx);
  }

  /** Whether an axis certainly keeps its length. */
  private static boolean isKept(GraphBuilder g, Operation n, int position, int axis) {
    double[] scales = hasSizes(g, n) ? null : g.reals(n.x(2));
    if (scales != null) {
      return scales[position] == 1;
    }
    List<Dimension> before = g.dimensions(n.x());
    List<Dimension> after = g.dimensions(n.y());
    // Interpolation, other than copying, leaves the first axis of a batch of maps alone.
    boolean batch = axis == 0 && before.size() > 2 && !n.text("mode", "nearest").equals("nearest");
    return batch || after.size() == before.size() && before.get(axis).isSame(after.get(axis));
  }

  /** Whether it has sizes; old files then have scales without numbers, or the other way. */
  private static boolean hasSizes(GraphBuilder g, Operation n) {
    TensorProto sizes = n.has(3) ? g.constant(n.x(3)) : null;
    return n.has(3) && (sizes == null || sizes.getDimsCount() != 1 || sizes.getDims(0) > 0);
  }

  /** The operator along one axis: applied to the identity matrix. */
  private static String matrix(GraphBuilder g, Operation n, int axis, int position) {
    Attributes attributes =
        Attributes.none()
            .and(
                n.node(),
                "mode",
                "coordinate_transformation_mode",
                "nearest_mode",
                "cubic_coeff_a",
                "exclude_outside",
                "antialias",
                "extrapolation_value");
    Attributes joined = Attributes.with("axis", 0);
    String units = g.op("Unsqueeze", Separable.identity(g, n.x(), axis), g.ints(0, 1));
    String part = g.ints(position);
    String next = g.ints(position + 1L);
    String resized;
    if (!hasSizes(g, n)) {
      String ones = g.constant(TensorValues.real(DataType.FLOAT, new long[] {3}, 1, 1, 1));
      String scale = g.op("Slice", n.x(2), part, next);
      resized = g.op("Resize", attributes, units, "", g.op("Concat", joined, ones, scale));
    } else {
      String sizes = g.op("Slice", n.x(3), part, next);
      String target = g.op("Concat", joined, g.ints(1, 1), g.size(n.x(), axis), sizes);
      resized = g.op("Resize", attributes, units, "", "", target);
    }
    return g.op("Squeeze", resized, g.ints(0, 1));
  }
}
