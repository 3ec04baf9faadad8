package dev.limelight.torch.script;

import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the code of a TorchScript model computes a ReLU, clipped or not. */
final class ScriptRelus {

  /**
   * One ReLU.
   *
   * @param input the text of what it is applied to
   * @param upper its upper bound, or infinity
   * @param inPlace whether its input is changed
   */
  record Relu(String input, double upper, boolean inPlace) {}

  private static final String OPERATORS = "torch\\.(relu6?|hardtanh|clamp|clamp_min|threshold)(_?)";
  private static final Pattern OPERATOR = Pattern.compile(OPERATORS + "\\(");
  private static final Pattern CALL = Pattern.compile(OPERATORS + "\\((.*)\\)", Pattern.DOTALL);
  private static final Pattern FUNCTION = Pattern.compile("__torch__(?:\\.\\w+)+");

  private static final Pattern SIMILAR =
      Pattern.compile(
          "torch\\.(?:silu|gelu|leaky_relu|prelu|rrelu|elu|selu|celu|mish|hardswish)_?\\(");
  private static final Pattern ANY = Pattern.compile(OPERATOR.pattern() + "|" + SIMILAR.pattern());

  private final ScriptCode code;
  private final Pattern wanted;
  private final Map<String, Boolean> known = new HashMap<>();

  ScriptRelus(ScriptCode code) {
    this(code, OPERATOR);
  }

  private ScriptRelus(ScriptCode code, Pattern wanted) {
    this.code = code;
    this.wanted = wanted;
  }

  /** Of ReLUs and similar functions, such as SiLU, so that these can be counted too. */
  static ScriptRelus ofAllActivations(ScriptCode code) {
    return new ScriptRelus(code, ANY);
  }

  /** Of anything at all, so that every module and function is inlined. */
  static ScriptRelus ofEverything(ScriptCode code) {
    return new ScriptRelus(code, Pattern.compile(""));
  }

  /** How many functions that are similar to a ReLU a text calls. */
  static int similar(String text) {
    return (int) SIMILAR.matcher(text).results().count();
  }

  /** Whether a text may compute one, or calls a function that may. */
  boolean mayBeIn(String text) {
    if (wanted.matcher(text).find()) {
      return true;
    }
    Matcher function = FUNCTION.matcher(text);
    while (function.find()) {
      ScriptMethod called = code.function(function.group());
      if (called != null && mayBeIn(function.group(), List.of(called))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a method of a class may compute one, or that of a module that it holds. */
  boolean mayBeIn(ScriptClass type) {
    return type.attributes().values().stream()
            .map(code::find)
            .anyMatch(held -> held != null && held.isModule() && mayBeIn(held))
        || mayBeIn(type.name(), List.copyOf(type.methods().values()));
  }

  private boolean mayBeIn(String name, List<ScriptMethod> methods) {
    Boolean found = known.get(name);
    if (found == null) {
      // A function that calls itself has nothing new in it.
      known.put(name, false);
      found = methods.stream().anyMatch(method -> mayBeInAny(method.body()));
      known.put(name, found);
    }
    return found;
  }

  private boolean mayBeInAny(List<ScriptStatement> statements) {
    return statements.stream()
        .anyMatch(
            statement ->
                mayBeIn(statement.text())
                    || mayBeInAny(statement.body())
                    || mayBeInAny(statement.otherwise()));
  }

  /**
   * The ReLU that an expression is, or null if it is none.
   *
   * @param constants what is known of its numbers
   * @throws UnsupportedException if its numbers are not known, so that it may be one
   */
  static @Nullable Relu of(String expression, ScriptConstants constants) {
    Matcher call = CALL.matcher(expression.strip());
    if (!call.matches()) {
      return null;
    }
    List<String> arguments = ScriptTokens.split(call.group(3));
    double lower = 0;
    double upper = Double.POSITIVE_INFINITY;
    switch (call.group(1)) {
      case "relu":
        break;
      case "relu6":
        upper = 6;
        break;
      case "threshold":
        lower = Math.max(number(arguments, 1, constants), number(arguments, 2, constants));
        break;
      default:
        lower = number(arguments, 1, constants);
        upper = arguments.size() < 3 ? upper : number(arguments, 2, constants);
    }
    if (Double.isNaN(lower) || Double.isNaN(upper)) {
      throw new UnsupportedException("the bounds of " + expression + " are not known");
    }
    return lower == 0 && upper > 0
        ? new Relu(arguments.get(0), upper, !call.group(2).isEmpty())
        : null;
  }

  /** A bound: infinity where it is None, and NaN where it is not known. */
  private static double number(List<String> arguments, int index, ScriptConstants constants) {
    if (arguments.size() <= index) {
      return Double.NaN;
    }
    Object value = constants.of(arguments.get(index));
    if (value instanceof Double number) {
      return number;
    }
    return "None".equals(value) ? Double.POSITIVE_INFINITY : Double.NaN;
  }
}
