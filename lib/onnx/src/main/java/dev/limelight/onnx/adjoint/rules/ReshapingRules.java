package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/** Operators that keep all elements and change only their arrangement. */
@MetaInfServices(GradientRules.class)
public final class ReshapingRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "Reshape", ReshapingRules::reshape,
        "Flatten", ReshapingRules::reshape,
        "Squeeze", ReshapingRules::reshape,
        "Unsqueeze", ReshapingRules::reshape,
        "Transpose", ReshapingRules::transpose,
        "Expand", ReshapingRules::expand,
        "Concat", ReshapingRules::concat,
        "Split", ReshapingRules::split,
        "DepthToSpace", ReshapingRules::depthToSpace,
        "SpaceToDepth", ReshapingRules::spaceToDepth);
  }

  private static void reshape(GraphBuilder g, Operation n) {
    n.gradient(0, g.reshapedAs(n.dy(), n.x()));
  }

  private static void transpose(GraphBuilder g, Operation n) {
    long[] order = n.integers("perm");
    if (order == null) {
      n.gradient(0, g.op("Transpose", n.dy()));
      return;
    }
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    n.gradient(0, g.transpose(n.dy(), inverse));
  }

  private static void expand(GraphBuilder g, Operation n) {
    n.gradient(0, new Broadcast(g).undo(n.dy(), n.y(), n.x()));
  }

  private static void concat(GraphBuilder g, Operation n) {
    if (n.inputs() == 1) {
      n.gradient(0, n.dy());
      return;
    }
    long axis = n.integer("axis", 0);
    String sizes = sizes(g, n, Math.toIntExact(axis));
    List<String> parts = g.ops("Split", n.inputs(), Attributes.with("axis", axis), n.dy(), sizes);
    for (int i = 0; i < n.inputs(); i++) {
      n.gradient(i, parts.get(i));
    }
  }

  /** The lengths of all inputs along an axis. */
  private static String sizes(GraphBuilder g, Operation n, int axis) {
    long[] lengths = new long[n.inputs()];
    String[] sizes = new String[n.inputs()];
    boolean known = true;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = g.length(n.x(i), axis);
      known &= lengths[i] >= 0;
    }
    if (known) {
      return g.ints(lengths);
    }
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = g.size(n.x(i), axis);
    }
    return g.op("Concat", Attributes.with("axis", 0), sizes);
  }

  private static void split(GraphBuilder g, Operation n) {
    String[] parts = new String[n.outputs()];
    for (int i = 0; i < parts.length; i++) {
      @Nullable String dy = n.dy(i);
      parts[i] = dy == null ? g.zeros(g.shape(n.y(i)), n.x()) : dy;
    }
    Attributes axis = Attributes.with("axis", n.integer("axis", 0));
    n.gradient(0, parts.length == 1 ? parts[0] : g.op("Concat", axis, parts));
  }

  private static void depthToSpace(GraphBuilder g, Operation n) {
    long block = n.integer("blocksize", 1);
    if (n.text("mode", "DCR").equals("DCR")) {
      n.gradient(0, g.op("SpaceToDepth", Attributes.with("blocksize", block), n.dy()));
      return;
    }
    // In the other mode the channels of the input count channel, row, column.
    String rows = g.size(n.x(), 2);
    String columns = g.size(n.x(), 3);
    String blocks = g.ints(block);
    String shape =
        g.op("Concat", Attributes.with("axis", 0), g.ints(0, 0), rows, blocks, columns, blocks);
    String apart = g.op("Reshape", n.dy(), shape);
    n.gradient(0, g.reshapedAs(g.transpose(apart, 0, 1, 3, 5, 2, 4), n.x()));
  }

  private static void spaceToDepth(GraphBuilder g, Operation n) {
    Attributes attributes =
        Attributes.with("blocksize", n.integer("blocksize", 1)).and("mode", "DCR");
    n.gradient(0, g.op("DepthToSpace", attributes, n.dy()));
  }
}
