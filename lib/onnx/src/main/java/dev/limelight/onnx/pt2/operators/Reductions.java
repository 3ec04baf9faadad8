package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Reductions over dimensions. */
@MetaInfServices(AtenRules.class)
public final class Reductions implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("mean.dim", (n, g) -> reduced(n, g, "ReduceMean")),
        entry("mean.default", (n, g) -> reduced(n, g, "ReduceMean")),
        entry("sum.dim_IntList", (n, g) -> reduced(n, g, "ReduceSum")),
        entry("sum.default", (n, g) -> reduced(n, g, "ReduceSum")),
        entry("prod.dim_int", (n, g) -> reduced(n, g, "ReduceProd")),
        entry("amax.default", (n, g) -> reduced(n, g, "ReduceMax")),
        entry("amin.default", (n, g) -> reduced(n, g, "ReduceMin")),
        entry("max.default", (n, g) -> reduced(n, g, "ReduceMax")),
        entry("min.default", (n, g) -> reduced(n, g, "ReduceMin")),
        entry("logsumexp.default", (n, g) -> reduced(n, g, "ReduceLogSumExp")),
        entry("max.dim", (n, g) -> extreme(n, g, "ReduceMax", "ArgMax")),
        entry("min.dim", (n, g) -> extreme(n, g, "ReduceMin", "ArgMin")),
        entry("argmax.default", (n, g) -> argument(n, g, "ArgMax")),
        entry("argmin.default", (n, g) -> argument(n, g, "ArgMin")),
        entry("var.dim", (n, g) -> n.result(variance(n, g))),
        entry("var.correction", (n, g) -> n.result(variance(n, g))),
        entry("std.dim", (n, g) -> n.result(g.op("Sqrt", variance(n, g)))),
        entry("std.correction", (n, g) -> n.result(g.op("Sqrt", variance(n, g)))),
        entry("var_mean.correction", Reductions::varMean),
        entry("cumsum.default", Reductions::cumsum),
        entry("topk.default", Reductions::topk));
  }

  private static Attributes keep(Call n) {
    return Attributes.with("keepdims", n.flag("keepdim", false) ? 1 : 0);
  }

  private static void reduced(Call n, GraphWriter g, String operator) {
    String x = n.operand(n.first(), n.type());
    n.result(g.op(operator, keep(n), x, g.ints(n.axes("dim", n.xMeta().rank()))));
  }

  private static void extreme(Call n, GraphWriter g, String operator, String where) {
    int axis = n.axis("dim", 0, n.xMeta().rank());
    n.result(0, g.op(operator, keep(n), n.x(), g.ints(axis)));
    n.result(1, g.op(where, keep(n).and("axis", axis), n.x()));
  }

  private static void argument(Call n, GraphWriter g, String operator) {
    if (!n.has("dim")) {
      n.result(g.op(operator, Attributes.with("keepdims", 0).and("axis", 0), g.reshape(n.x(), -1)));
      return;
    }
    n.result(g.op(operator, keep(n).and("axis", n.axis("dim", 0, n.xMeta().rank())), n.x()));
  }

  /** The mean square distance from the mean, with the correction in the number of values. */
  private static String variance(Call n, GraphWriter g) {
    long[] dimensions = n.axes("dim", n.xMeta().rank());
    String axes = g.ints(dimensions);
    String mean = g.op("ReduceMean", Attributes.with("keepdims", 1), n.x(), axes);
    String apart = g.op("Sub", n.x(), mean);
    String variance = g.op("ReduceMean", keep(n), g.op("Mul", apart, apart), axes);
    double correction =
        n.has("correction") ? n.real("correction") : n.flag("unbiased", true) ? 1 : 0;
    if (correction == 0) {
      return variance;
    }
    double count = 1;
    for (long axis : dimensions) {
      count *= n.xMeta().size((int) axis);
      if (count < 0) {
        throw n.refuse("the number of its values depends on the size of the picture");
      }
    }
    return g.scale(variance, count / Math.max(0, count - correction), n.type());
  }

  private static void varMean(Call n, GraphWriter g) {
    n.result(0, variance(n, g));
    n.result(1, g.op("ReduceMean", keep(n), n.x(), g.ints(n.axes("dim", n.xMeta().rank()))));
  }

  private static void cumsum(Call n, GraphWriter g) {
    String x = n.operand(n.first(), n.type());
    n.result(g.op("CumSum", x, g.whole(n.axis("dim", 0, n.xMeta().rank()))));
  }

  private static void topk(Call n, GraphWriter g) {
    Attributes order =
        Attributes.with("axis", n.axis("dim", -1, n.xMeta().rank()))
            .and("largest", n.flag("largest", true) ? 1 : 0);
    List<String> both = g.ops("TopK", 2, order, n.x(), g.ints(n.integer("k")));
    n.result(0, both.get(0));
    n.result(1, both.get(1));
  }
}
