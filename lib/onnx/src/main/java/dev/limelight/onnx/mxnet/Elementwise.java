package dev.limelight.onnx.mxnet;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Activations, and arithmetic element by element. */
final class Elementwise {

  /** Functions of one tensor that have a name in both. */
  private static final Map<String, String> UNARY =
      Map.ofEntries(
          entry("relu", "Relu"),
          entry("sigmoid", "Sigmoid"),
          entry("tanh", "Tanh"),
          entry("exp", "Exp"),
          entry("log", "Log"),
          entry("sqrt", "Sqrt"),
          entry("abs", "Abs"),
          entry("negative", "Neg"),
          entry("reciprocal", "Reciprocal"),
          entry("erf", "Erf"),
          entry("softsign", "Softsign"),
          entry("sin", "Sin"),
          entry("cos", "Cos"));

  private static final Map<String, String> BINARY =
      Map.ofEntries(
          entry("elemwise_add", "Add"),
          entry("_Plus", "Add"),
          entry("_plus", "Add"),
          entry("broadcast_add", "Add"),
          entry("broadcast_plus", "Add"),
          entry("_npi_add", "Add"),
          entry("elemwise_sub", "Sub"),
          entry("_Minus", "Sub"),
          entry("_minus", "Sub"),
          entry("broadcast_sub", "Sub"),
          entry("broadcast_minus", "Sub"),
          entry("_npi_subtract", "Sub"),
          entry("elemwise_mul", "Mul"),
          entry("_Mul", "Mul"),
          entry("_mul", "Mul"),
          entry("broadcast_mul", "Mul"),
          entry("_npi_multiply", "Mul"),
          entry("elemwise_div", "Div"),
          entry("_Div", "Div"),
          entry("_div", "Div"),
          entry("broadcast_div", "Div"),
          entry("_npi_true_divide", "Div"),
          entry("broadcast_maximum", "Max"),
          entry("_maximum", "Max"),
          entry("broadcast_minimum", "Min"),
          entry("_minimum", "Min"),
          entry("broadcast_power", "Pow"));

  /** Operators of a tensor and a number, by what follows MXNet's underscore. */
  private static final Map<String, String> SCALAR =
      Map.of(
          "plus",
          "Add",
          "add",
          "Add",
          "minus",
          "Sub",
          "subtract",
          "Sub",
          "mul",
          "Mul",
          "multiply",
          "Mul",
          "div",
          "Div",
          "true_divide",
          "Div",
          "power",
          "Pow");

  /** What gives its input where nothing is trained. */
  private static final List<String> IDENTITIES =
      List.of("_copy", "identity", "_np_copy", "Dropout", "_npx_dropout");

  private Elementwise() {}

  static Map<String, SymbolRule> rules() {
    Map<String, SymbolRule> rules = new HashMap<>();
    UNARY.forEach(
        (name, operator) -> {
          SymbolRule rule = (n, g) -> n.result(g.op(operator, n.x()));
          List.of("", "_npi_", "_npx_").forEach(family -> rules.put(family + name, rule));
        });
    BINARY.forEach(
        (name, operator) -> rules.put(name, (n, g) -> n.result(g.op(operator, n.x(), n.input(1)))));
    SCALAR.forEach(
        (name, operator) -> {
          SymbolRule rule = (n, g) -> n.result(g.op(operator, n.x(), scalar(n, g)));
          rules.put("_" + name + "_scalar", rule);
          rules.put("_npi_" + name + "_scalar", rule);
        });
    List.of("minus", "div", "power")
        .forEach(
            name ->
                rules.put(
                    "_r" + name + "_scalar",
                    (n, g) -> n.result(g.op(SCALAR.getOrDefault(name, ""), scalar(n, g), n.x()))));
    for (String name : IDENTITIES) {
      rules.put(name, Elementwise::identity);
    }
    rules.put("_maximum_scalar", (n, g) -> n.result(g.op("Max", n.x(), scalar(n, g))));
    rules.put("_minimum_scalar", (n, g) -> n.result(g.op("Min", n.x(), scalar(n, g))));
    rules.put("Activation", Elementwise::activation);
    rules.put("_npx_activation", Elementwise::activation);
    rules.put("LeakyReLU", Elementwise::leakyRelu);
    rules.put("_npx_leaky_relu", Elementwise::leakyRelu);
    rules.put("hard_sigmoid", Elementwise::hardSigmoid);
    rules.put("square", (n, g) -> n.result(g.op("Mul", n.x(), n.x())));
    rules.put("_npi_square", (n, g) -> n.result(g.op("Mul", n.x(), n.x())));
    rules.put("rsqrt", (n, g) -> n.result(g.op("Reciprocal", g.op("Sqrt", n.x()))));
    rules.put("clip", Elementwise::clip);
    rules.put("_npi_clip", Elementwise::clip);
    rules.put("add_n", Elementwise::sum);
    rules.put("ElementWiseSum", Elementwise::sum);
    rules.put("Cast", Elementwise::cast);
    return rules;
  }

  private static String scalar(SymbolNode n, SymbolWriter g) {
    if (!n.has("scalar")) {
      throw n.refuse("it has no scalar");
    }
    return g.number(n.real("scalar", 0));
  }

  private static void identity(SymbolNode n, SymbolWriter g) {
    n.expect("mode", "training");
    // A layer of its own, as the symbol has it.
    n.result(g.op("Identity", n.x()));
  }

  private static void cast(SymbolNode n, SymbolWriter g) {
    n.expect("dtype", "float32");
    identity(n, g);
  }

  private static void activation(SymbolNode n, SymbolWriter g) {
    String kind = n.text("act_type", "");
    String operator =
        switch (kind) {
          case "relu" -> "Relu";
          case "sigmoid" -> "Sigmoid";
          case "tanh" -> "Tanh";
          case "softrelu" -> "Softplus";
          case "softsign" -> "Softsign";
          default -> throw n.refuse("its act_type is not known");
        };
    n.result(g.op(operator, n.x()));
  }

  private static void leakyRelu(SymbolNode n, SymbolWriter g) {
    double slope = n.real("slope", 0.25);
    switch (n.text("act_type", "leaky")) {
      case "leaky" -> n.result(g.op("LeakyRelu", Attributes.none().and("alpha", slope), n.x()));
      case "rrelu" -> {
        // Where nothing is trained, the middle of its slopes.
        double middle = (n.real("lower_bound", 0.125) + n.real("upper_bound", 0.334)) / 2;
        n.result(g.op("LeakyRelu", Attributes.none().and("alpha", middle), n.x()));
      }
      case "elu" -> n.result(g.op("Elu", Attributes.none().and("alpha", slope), n.x()));
      case "selu" -> n.result(g.op("Selu", n.x()));
      case "gelu" -> n.result(g.op("Gelu", n.x()));
      case "prelu" -> n.result(g.op("PRelu", n.x(), g.reshape(n.input(1), -1, 1, 1)));
      default -> throw n.refuse("its act_type is not known");
    }
  }

  private static void hardSigmoid(SymbolNode n, SymbolWriter g) {
    Attributes line =
        Attributes.none().and("alpha", n.real("alpha", 0.2)).and("beta", n.real("beta", 0.5));
    n.result(g.op("HardSigmoid", line, n.x()));
  }

  private static void clip(SymbolNode n, SymbolWriter g) {
    String low = n.has("a_min") ? g.number(n.real("a_min", 0)) : "";
    String high = n.has("a_max") ? g.number(n.real("a_max", 0)) : "";
    n.result(g.op("Clip", n.x(), low, high));
  }

  private static void sum(SymbolNode n, SymbolWriter g) {
    String sum = n.x();
    for (int i = 1; i < n.inputs(); i++) {
      sum = g.op("Add", sum, n.input(i));
    }
    n.result(n.inputs() == 1 ? g.op("Identity", sum) : sum);
  }
}
