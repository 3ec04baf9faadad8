package dev.limelight.onnx.pt2.operators;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Comparisons, logic, and choices by them. */
@MetaInfServices(AtenRules.class)
public final class Conditions implements AtenRules {

  private static final Map<String, String> COMPARISONS =
      Map.of(
          "eq", "Equal",
          "lt", "Less",
          "le", "LessOrEqual",
          "gt", "Greater",
          "ge", "GreaterOrEqual");

  @Override
  public Map<String, AtenRule> rules() {
    Map<String, AtenRule> rules = new HashMap<>();
    for (String kind : List.of("Tensor", "Scalar")) {
      COMPARISONS.forEach(
          (aten, onnx) -> rules.put(aten + "." + kind, (n, g) -> n.result(compared(n, g, onnx))));
      rules.put("ne." + kind, (n, g) -> n.result(g.op("Not", compared(n, g, "Equal"))));
      rules.put("bitwise_and." + kind, (n, g) -> logic(n, g, "And"));
      rules.put("bitwise_or." + kind, (n, g) -> logic(n, g, "Or"));
      rules.put("bitwise_xor." + kind, (n, g) -> logic(n, g, "Xor"));
      rules.put("__and__." + kind, (n, g) -> logic(n, g, "And"));
      rules.put("__or__." + kind, (n, g) -> logic(n, g, "Or"));
      rules.put("__xor__." + kind, (n, g) -> logic(n, g, "Xor"));
      rules.put("masked_fill." + kind, Conditions::maskedFill);
    }
    rules.put("logical_and.default", (n, g) -> logic(n, g, "And"));
    rules.put("logical_or.default", (n, g) -> logic(n, g, "Or"));
    rules.put("logical_xor.default", (n, g) -> logic(n, g, "Xor"));
    rules.put("logical_not.default", Conditions::not);
    rules.put("bitwise_not.default", Conditions::not);
    rules.put("where.self", Conditions::where);
    rules.put("where.ScalarSelf", Conditions::where);
    rules.put("where.ScalarOther", Conditions::where);
    rules.put("where.Scalar", Conditions::where);
    rules.put("isnan.default", (n, g) -> n.result(g.op("IsNaN", n.x())));
    rules.put("isinf.default", (n, g) -> n.result(g.op("IsInf", n.x())));
    rules.put("any.dim", (n, g) -> quantified(n, g, "ReduceMax"));
    rules.put("any.dims", (n, g) -> quantified(n, g, "ReduceMax"));
    rules.put("any.default", (n, g) -> quantified(n, g, "ReduceMax"));
    rules.put("all.dim", (n, g) -> quantified(n, g, "ReduceMin"));
    rules.put("all.default", (n, g) -> quantified(n, g, "ReduceMin"));
    return rules;
  }

  private static String compared(Call n, GraphWriter g, String operator) {
    ScalarType common = n.common("self", "other");
    // ONNX Runtime compares truth values and small numbers for equality at most.
    ScalarType type = common.isReal() ? common : ScalarType.INT64;
    return g.op(operator, n.operand("self", type), n.infiniteOperand("other", type));
  }

  private static void logic(Call n, GraphWriter g, String operator) {
    if (n.type() != ScalarType.BOOL) {
      throw n.refuse("it works on the bits of whole numbers");
    }
    n.result(
        g.op(operator, n.operand("self", ScalarType.BOOL), n.operand("other", ScalarType.BOOL)));
  }

  private static void not(Call n, GraphWriter g) {
    if (n.type() != ScalarType.BOOL) {
      throw n.refuse("it works on the bits of whole numbers");
    }
    n.result(g.op("Not", n.operand("self", ScalarType.BOOL)));
  }

  private static void where(Call n, GraphWriter g) {
    String condition = n.operand("condition", ScalarType.BOOL);
    n.result(
        g.op(
            "Where",
            condition,
            n.infiniteOperand("self", n.type()),
            n.infiniteOperand("other", n.type())));
  }

  private static void maskedFill(Call n, GraphWriter g) {
    String mask = n.operand("mask", ScalarType.BOOL);
    n.result(
        g.op("Where", mask, n.infiniteOperand("value", n.type()), n.operand("self", n.type())));
  }

  private static void quantified(Call n, GraphWriter g, String operator) {
    String numbers =
        g.cast(n.operand("self", ScalarType.BOOL), ScalarType.BOOL, ScalarType.FLOAT32);
    String reduced =
        g.op(
            operator,
            Attributes.with("keepdims", n.flag("keepdim", false) ? 1 : 0),
            numbers,
            g.ints(n.axes("dim", n.xMeta().rank())));
    n.result(g.cast(reduced, ScalarType.FLOAT32, ScalarType.BOOL));
  }
}
