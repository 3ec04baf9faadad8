package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

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

/** Arithmetic of two operands, of which the second may be a number. */
@MetaInfServices(AtenRules.class)
public final class Arithmetic implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    Map<String, AtenRule> rules = new HashMap<>();
    for (String kind : List.of("Tensor", "Scalar")) {
      rules.put("add." + kind, Arithmetic::add);
      rules.put("sub." + kind, Arithmetic::sub);
      rules.put("rsub." + kind, Arithmetic::rsub);
      rules.put("mul." + kind, (n, g) -> binary(n, g, "Mul"));
      rules.put("div." + kind, (n, g) -> binary(n, g, "Div"));
      rules.put("div." + kind + "_mode", Arithmetic::divMode);
      rules.put("fmod." + kind, Arithmetic::fmod);
      rules.put("remainder." + kind, Arithmetic::remainder);
    }
    rules.putAll(
        Map.ofEntries(
            entry("floor_divide.default", Arithmetic::floorDivide),
            entry("pow.Tensor_Scalar", Arithmetic::powTensorScalar),
            entry("pow.Tensor_Tensor", (n, g) -> binary(n, g, "Pow", "self", "exponent")),
            entry("pow.Scalar", (n, g) -> binary(n, g, "Pow", "self", "exponent")),
            entry("maximum.default", (n, g) -> binary(n, g, "Max")),
            entry("minimum.default", (n, g) -> binary(n, g, "Min")),
            entry("max.other", (n, g) -> binary(n, g, "Max")),
            entry("min.other", (n, g) -> binary(n, g, "Min")),
            entry("clamp.default", Arithmetic::clamp),
            entry("clamp.Tensor", Arithmetic::clampTensor),
            entry("clamp_min.default", Arithmetic::clamp),
            entry("clamp_max.default", Arithmetic::clamp),
            entry("addcmul.default", Arithmetic::addcmul),
            entry("addcdiv.default", Arithmetic::addcdiv),
            entry("lerp.Scalar", Arithmetic::lerp)));
    return rules;
  }

  static void binary(Call n, GraphWriter g, String operator) {
    binary(n, g, operator, "self", "other");
  }

  private static void binary(Call n, GraphWriter g, String operator, String a, String b) {
    n.result(g.op(operator, n.operand(a, n.type()), n.operand(b, n.type())));
  }

  /** self + alpha other. */
  private static void add(Call n, GraphWriter g) {
    n.result(g.op("Add", n.operand("self", n.type()), scaledOther(n, g)));
  }

  private static void sub(Call n, GraphWriter g) {
    n.result(g.op("Sub", n.operand("self", n.type()), scaledOther(n, g)));
  }

  /** other - alpha self. */
  private static void rsub(Call n, GraphWriter g) {
    String self = g.scale(n.operand("self", n.type()), n.real("alpha", 1), n.type());
    n.result(g.op("Sub", n.operand("other", n.type()), self));
  }

  private static String scaledOther(Call n, GraphWriter g) {
    return g.scale(n.operand("other", n.type()), n.real("alpha", 1), n.type());
  }

  private static void divMode(Call n, GraphWriter g) {
    if (!n.has("rounding_mode")) {
      binary(n, g, "Div");
      return;
    }
    rounded(n, g, n.text("rounding_mode", "floor"));
  }

  private static void floorDivide(Call n, GraphWriter g) {
    rounded(n, g, "floor");
  }

  private static void rounded(Call n, GraphWriter g, String mode) {
    // Whole numbers are divided as real ones: ONNX's own division of them is towards zero.
    ScalarType real = n.type().isReal() ? n.type() : ScalarType.FLOAT64;
    String quotient = g.op("Div", n.operand("self", real), n.operand("other", real));
    String rounded =
        mode.equals("trunc")
            ? g.op("Mul", g.op("Sign", quotient), g.op("Floor", g.op("Abs", quotient)))
            : g.op("Floor", quotient);
    n.result(g.cast(rounded, real, n.type()));
  }

  /** The remainder has the sign of the dividend. */
  private static void fmod(Call n, GraphWriter g) {
    String a = n.operand("self", n.type());
    n.result(g.op("Mod", Attributes.with("fmod", 1), a, n.operand("other", n.type())));
  }

  /** The remainder has the sign of the divisor. */
  private static void remainder(Call n, GraphWriter g) {
    String a = n.operand("self", n.type());
    String b = n.operand("other", n.type());
    n.result(
        n.type().isReal()
            ? g.op("Sub", a, g.op("Mul", b, g.op("Floor", g.op("Div", a, b))))
            : g.op("Mod", a, b));
  }

  private static void powTensorScalar(Call n, GraphWriter g) {
    double exponent = n.real("exponent");
    String x = n.operand("self", n.type());
    if (exponent == 2) {
      n.result(g.op("Mul", x, x));
    } else if (exponent == 0.5) {
      n.result(g.op("Sqrt", x));
    } else {
      n.result(g.op("Pow", x, g.number(exponent, n.type())));
    }
  }

  /** A bound that is infinite or None bounds nothing. */
  private static void clamp(Call n, GraphWriter g) {
    String low = bound(n, g, "min");
    String high = bound(n, g, "max");
    String x = n.operand("self", n.type());
    n.result(low.isEmpty() && high.isEmpty() ? x : g.op("Clip", x, low, high));
  }

  private static String bound(Call n, GraphWriter g, String name) {
    return n.has(name) && Double.isFinite(n.infinite(name)) ? g.number(n.real(name), n.type()) : "";
  }

  private static void clampTensor(Call n, GraphWriter g) {
    String x = n.operand("self", n.type());
    x = n.has("min") ? g.op("Max", x, n.operand("min", n.type())) : x;
    n.result(n.has("max") ? g.op("Min", x, n.operand("max", n.type())) : x);
  }

  /** self + value tensor1 tensor2. */
  private static void addcmul(Call n, GraphWriter g) {
    addc(n, g, "Mul");
  }

  private static void addcdiv(Call n, GraphWriter g) {
    addc(n, g, "Div");
  }

  private static void addc(Call n, GraphWriter g, String operator) {
    String both = g.op(operator, n.operand("tensor1", n.type()), n.operand("tensor2", n.type()));
    String scaled = g.scale(both, n.real("value", 1), n.type());
    n.result(g.op("Add", n.operand("self", n.type()), scaled));
  }

  /** self + weight (end - self). */
  private static void lerp(Call n, GraphWriter g) {
    String self = n.operand("self", n.type());
    String way = g.op("Sub", n.operand("end", n.type()), self);
    n.result(g.op("Add", self, g.scale(way, n.real("weight"), n.type())));
  }
}
