package dev.limelight.onnx.pt2.operators;

import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import java.util.HashMap;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Functions of one number. */
@MetaInfServices(AtenRules.class)
public final class Functions implements AtenRules {

  /** Those that ONNX has, by PyTorch's names. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("abs", "Abs"),
          Map.entry("neg", "Neg"),
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("reciprocal", "Reciprocal"),
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("tan", "Tan"),
          Map.entry("asin", "Asin"),
          Map.entry("acos", "Acos"),
          Map.entry("atan", "Atan"),
          Map.entry("sinh", "Sinh"),
          Map.entry("cosh", "Cosh"),
          Map.entry("erf", "Erf"),
          Map.entry("sign", "Sign"),
          Map.entry("floor", "Floor"),
          Map.entry("ceil", "Ceil"),
          Map.entry("round", "Round"));

  @Override
  public Map<String, AtenRule> rules() {
    Map<String, AtenRule> rules = new HashMap<>();
    SAME.forEach(
        (aten, onnx) ->
            rules.put(
                aten + ".default", (n, g) -> n.result(g.op(onnx, n.operand(n.first(), n.type())))));
    rules.put("rsqrt.default", Functions::rsqrt);
    rules.put("square.default", Functions::square);
    rules.put("log2.default", (n, g) -> logarithm(n, g, 2));
    rules.put("log10.default", (n, g) -> logarithm(n, g, 10));
    rules.put("log1p.default", Functions::log1p);
    rules.put("expm1.default", Functions::expm1);
    rules.put("trunc.default", Functions::trunc);
    return rules;
  }

  private static void rsqrt(Call n, GraphWriter g) {
    n.result(g.op("Reciprocal", g.op("Sqrt", n.operand(n.first(), n.type()))));
  }

  private static void square(Call n, GraphWriter g) {
    n.result(g.op("Mul", n.x(), n.x()));
  }

  private static void logarithm(Call n, GraphWriter g, double base) {
    String natural = g.op("Log", n.operand(n.first(), n.type()));
    n.result(g.scale(natural, 1 / Math.log(base), n.type()));
  }

  private static void log1p(Call n, GraphWriter g) {
    ScalarType type = n.type();
    n.result(g.op("Log", g.op("Add", n.operand(n.first(), type), g.number(1, type))));
  }

  private static void expm1(Call n, GraphWriter g) {
    ScalarType type = n.type();
    n.result(g.op("Sub", g.op("Exp", n.operand(n.first(), type)), g.number(1, type)));
  }

  private static void trunc(Call n, GraphWriter g) {
    n.result(g.op("Mul", g.op("Sign", n.x()), g.op("Floor", g.op("Abs", n.x()))));
  }
}
