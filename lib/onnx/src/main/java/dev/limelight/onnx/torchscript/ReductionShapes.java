package dev.limelight.onnx.torchscript;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes of sums, means and extremes. */
final class ReductionShapes {

  private ReductionShapes() {}

  static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    for (String name :
        List.of(
            "mean",
            "sum",
            "prod",
            "amax",
            "amin",
            "max.default",
            "min.default",
            "logsumexp",
            "std",
            "var",
            "norm",
            "linalg_vector_norm",
            "any",
            "all",
            "argmax",
            "argmin")) {
      rules.put(name, ShapeRule.one(ReductionShapes::reduced));
    }
    for (String name : List.of("max.dim", "min.dim", "var_mean")) {
      rules.put(name, (call, k) -> List.of(reduced(call, k), reduced(call, k)));
    }
    rules.put("topk", (call, k) -> List.of(top(call, k), top(call, k)));
    rules.put("glu", ShapeRule.one(ReductionShapes::half));
    return rules;
  }

  private static long[] reduced(BoundCall call, int k) {
    long[] shape = call.first().shapes().get(k);
    boolean[] gone = new boolean[shape.length];
    long[] axes = call.wholes("dim", k);
    for (int i = 0; i < shape.length; i++) {
      gone[i] = axes.length == 0;
    }
    for (long axis : axes) {
      if (shape.length > 0) {
        gone[call.axis(axis, shape.length)] = true;
      }
    }
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      if (!gone[i] || call.flag("keepdim")) {
        kept.add(gone[i] ? 1 : shape[i]);
      }
    }
    return kept.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] top(BoundCall call, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    shape[call.axis("dim", -1, shape.length)] = call.whole("k", 1, k);
    return shape;
  }

  private static long[] half(BoundCall call, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    shape[call.axis("dim", -1, shape.length)] /= 2;
    return shape;
  }
}
