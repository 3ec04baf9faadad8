package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/** Sums, means, norms and extremes over axes. */
@MetaInfServices(GradientRules.class)
public final class ReductionRules implements GradientRules {

  private static final Attributes KEPT = Attributes.with("keepdims", 1);

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "ReduceSum", ReductionRules::reduceSum,
        "ReduceMean", ReductionRules::reduceMean,
        "ReduceMax", ReductionRules::reduceExtreme,
        "ReduceMin", ReductionRules::reduceExtreme,
        "ReduceProd", ReductionRules::reduceProd,
        "ReduceL1", ReductionRules::reduceL1,
        "ReduceL2", ReductionRules::reduceL2,
        "ReduceSumSquare", ReductionRules::reduceSumSquare,
        "ReduceLogSum", ReductionRules::reduceLogSum,
        "ReduceLogSumExp", ReductionRules::reduceLogSumExp);
  }

  private static void reduceSum(GraphBuilder g, Operation n) {
    String dy = isIdentity(g, n) ? n.dy() : g.op("Expand", kept(g, n, n.dy()), g.shape(n.x()));
    n.gradient(0, dy);
  }

  private static void reduceMean(GraphBuilder g, Operation n) {
    if (isIdentity(g, n)) {
      n.gradient(0, n.dy());
      return;
    }
    String share = Reductions.share(g, n.dy(), n.x(), n.y(), axes(g, n));
    n.gradient(0, g.op("Expand", kept(g, n, share), g.shape(n.x())));
  }

  private static void reduceExtreme(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    String y = kept(g, n, n.y());
    n.gradient(0, Reductions.extreme(g, n.x(), y, kept(g, n, n.dy()), n.optional(1)));
  }

  /**
   * {@code dx = dy y / x}; where one element is zero only that has a gradient, and where several
   * are, none has.
   */
  private static void reduceProd(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    String zero = g.cast(g.op("Equal", n.x(), g.number(0, n.x())), n.x());
    String others = g.add(n.x(), zero);
    String product = g.op("ReduceProd", KEPT, others, n.optional(1));
    String zeros = g.op("ReduceSum", KEPT, zero, n.optional(1));
    String none = g.op("Equal", zeros, g.number(0, zeros));
    String one = g.op("Equal", zeros, g.number(1, zeros));
    String slope = g.add(g.gate(none, g.op("Reciprocal", others)), g.gate(one, zero));
    n.gradient(0, g.mul(slope, g.mul(product, kept(g, n, n.dy()))));
  }

  private static void reduceL1(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    n.gradient(0, Norms.back(g, n.x(), n.y(), kept(g, n, n.dy()), 1));
  }

  private static void reduceL2(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    n.gradient(0, Norms.back(g, n.x(), kept(g, n, n.y()), kept(g, n, n.dy()), 2));
  }

  private static void reduceSumSquare(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    n.gradient(0, g.mul(n.x(), g.scale(kept(g, n, n.dy()), 2)));
  }

  /** {@code dx = dy / sum x = dy exp(-y)}. */
  private static void reduceLogSum(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    String share = g.div(n.dy(), g.op("Exp", n.y()));
    n.gradient(0, g.op("Expand", kept(g, n, share), g.shape(n.x())));
  }

  /** {@code dx = dy exp(x - y)}. */
  private static void reduceLogSumExp(GraphBuilder g, Operation n) {
    checkReduces(g, n);
    String share = g.op("Exp", g.sub(n.x(), kept(g, n, n.y())));
    n.gradient(0, g.mul(kept(g, n, n.dy()), share));
  }

  /** A tensor of the output's shape with the reduced axes put back as ones. */
  private static String kept(GraphBuilder g, Operation n, String tensor) {
    if (n.node().getAttributeList().stream().anyMatch(a -> a.getName().equals("axes"))) {
      throw n.refuse("its axes are an attribute");
    }
    // Without axes all are reduced, and a scalar fits any shape.
    return n.integer("keepdims", 1) == 1 || !n.has(1) ? tensor : g.op("Unsqueeze", tensor, n.x(1));
  }

  /** The axes, or null if they are computed. */
  private static long @Nullable [] axes(GraphBuilder g, Operation n) {
    long[] given = n.has(1) ? g.wholes(n.x(1)) : new long[0];
    if (given == null || given.length > 0) {
      return given;
    }
    int rank = g.dimensions(n.x()).size();
    return rank == 0 ? null : LongStream.range(0, rank).toArray();
  }

  /** Whether it has no axes and takes this as none rather than all. */
  private static boolean isIdentity(GraphBuilder g, Operation n) {
    long[] given = n.has(1) ? g.wholes(n.x(1)) : new long[0];
    return n.integer("noop_with_empty_axes", 0) == 1 && given != null && given.length == 0;
  }

  private static void checkReduces(GraphBuilder g, Operation n) {
    if (isIdentity(g, n)) {
      throw n.refuse("it reduces no axis");
    }
  }
}
