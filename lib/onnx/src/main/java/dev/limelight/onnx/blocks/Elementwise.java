package dev.limelight.onnx.blocks;

import static java.util.Map.entry;

import ai.djl.ndarray.types.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Activations, and arithmetic element by element. */
final class Elementwise {

  private static final Map<String, String> UNARY =
      Map.ofEntries(
          entry("relu", "Relu"),
          entry("sigmoid", "Sigmoid"),
          entry("tanh", "Tanh"),
          entry("softPlus", "Softplus"),
          entry("softSign", "Softsign"),
          entry("selu", "Selu"),
          entry("gelu", "Gelu"),
          entry("exp", "Exp"),
          entry("log", "Log"),
          entry("sqrt", "Sqrt"),
          entry("abs", "Abs"),
          entry("neg", "Neg"),
          entry("erf", "Erf"),
          entry("sin", "Sin"),
          entry("cos", "Cos"));

  private static final Map<String, String> BINARY =
      Map.of(
          "add", "Add", "sub", "Sub", "mul", "Mul", "div", "Div", "pow", "Pow", "maximum", "Max",
          "minimum", "Min");

  /** What gives its numbers as they are. */
  private static final List<String> IDENTITIES = List.of("stopGradient", "duplicate", "toDevice");

  private Elementwise() {}

  static Map<String, CallRule> rules() {
    Map<String, CallRule> rules = new HashMap<>();
    UNARY.forEach((name, operator) -> put(rules, name, (c, g) -> g.op(operator, c.x())));
    BINARY.forEach(
        (name, operator) -> put(rules, name, (c, g) -> g.op(operator, c.x(), c.operand(0))));
    IDENTITIES.forEach(name -> put(rules, name, (c, g) -> c.x()));
    put(rules, "toType", Elementwise::toType);
    put(rules, "log2", (c, g) -> g.op("Mul", g.op("Log", c.x()), g.number(1 / Math.log(2))));
    put(rules, "square", (c, g) -> g.op("Mul", c.x(), c.x()));
    put(rules, "clip", (c, g) -> g.op("Clip", c.x(), c.operand(0), c.operand(1)));
    put(
        rules,
        "leakyRelu",
        (c, g) -> g.op("LeakyRelu", Attributes.none().and("alpha", c.real(0)), c.x()));
    put(rules, "elu", (c, g) -> g.op("Elu", Attributes.none().and("alpha", c.real(0)), c.x()));
    put(rules, "softmax", (c, g) -> g.op("Softmax", axis(c), c.x()));
    put(rules, "logSoftmax", (c, g) -> g.op("LogSoftmax", axis(c), c.x()));
    put(rules, "sum", (c, g) -> reduced(c, g, "ReduceSum"));
    put(rules, "mean", (c, g) -> reduced(c, g, "ReduceMean"));
    put(rules, "max", (c, g) -> reduced(c, g, "ReduceMax"));
    put(rules, "min", (c, g) -> reduced(c, g, "ReduceMin"));
    return rules;
  }

  private static void put(Map<String, CallRule> rules, String name, CallRule.One rule) {
    rules.put(name, CallRule.one(rule));
  }

  private static Attributes axis(Call call) {
    return Attributes.with("axis", call.axis(call.whole(0)));
  }

  private static String toType(Call call, Trace graph) {
    if (call.of(0, DataType.class) != DataType.FLOAT32) {
      throw call.refuse("the type is " + call.of(0, DataType.class));
    }
    return call.x();
  }

  private static String reduced(Call call, Trace graph, String operator) {
    boolean kept = call.has(1) && call.flag(1);
    Attributes attributes = Attributes.with("keepdims", kept ? 1 : 0);
    return graph.op(operator, attributes, call.x(), graph.ints(call.axes()));
  }
}
