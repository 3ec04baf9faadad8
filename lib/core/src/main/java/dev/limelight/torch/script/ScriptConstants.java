package dev.limelight.torch.script;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The known values of TorchScript variables before the code runs, as conditions on attributes need,
 * such as {@code if self.stride == 1}.
 */
final class ScriptConstants {

  /** None as a value that is known. */
  private static final Object NONE = "None";

  private final Function<String, @Nullable Object> attributes;
  private final @Nullable Double length;
  private final Map<String, Object> known = new HashMap<>();

  /**
   * @param attributes the value of an attribute by the text that names it, or null
   */
  ScriptConstants(Function<String, @Nullable Object> attributes) {
    this(attributes, null);
  }

  /**
   * @param length what the lengths of tensors and lists count as, or null if they are not known
   */
  ScriptConstants(Function<String, @Nullable Object> attributes, @Nullable Double length) {
    this.attributes = attributes;
    this.length = length;
  }

  /** Keeps the value of a variable that a statement assigns. */
  void learn(ScriptStatement statement) {
    ScriptStatement.Assignment assignment = statement.assignment();
    statement.assigned().forEach(known::remove);
    if (assignment != null && assignment.targets().size() == 1) {
      Object value = of(assignment.value());
      if (value != null) {
        known.put(assignment.targets().get(0), value);
      }
    }
  }

  /** The value of an expression: a Boolean, a Double for any number, or null if not known. */
  @Nullable Object of(String text) {
    String expression = text.strip();
    switch (expression) {
      case "True", "False":
        return expression.equals("True");
      case "None":
        return NONE;
      default:
        break;
    }
    if (known.containsKey(expression)) {
      return known.get(expression);
    }
    if (expression.matches("-?\\d+(\\.\\d*)?([eE][+-]?\\d+)?")) {
      return Double.valueOf(expression);
    }
    boolean whole = expression.startsWith("int(");
    if ((whole || expression.startsWith("torch.")) && expression.endsWith(")")) {
      int open = expression.indexOf('(');
      return call(
          whole ? "int" : expression.substring("torch.".length(), open),
          ScriptTokens.split(expression.substring(open + 1, expression.length() - 1)).stream()
              .map(this::of)
              .toArray());
    }
    Object value = attributes.apply(expression);
    return value instanceof Number number
        ? (Object) number.doubleValue()
        : value instanceof Boolean ? value : null;
  }

  private @Nullable Object call(String function, @Nullable Object[] values) {
    if (function.equals("__not__") && values.length == 1 && values[0] instanceof Boolean value) {
      return !value;
    }
    if (function.equals("size") && values.length == 2 || function.equals("len")) {
      return length;
    }
    if (function.equals("int") && values.length == 1 && values[0] instanceof Double number) {
      return number < 0 ? Math.ceil(number) : Math.floor(number);
    }
    if (values.length != 2 || values[0] == null || values[1] == null) {
      return null;
    }
    if (function.equals("__is__") || function.equals("__isnot__")) {
      return (values[0] == values[1]) == function.equals("__is__");
    }
    if (!(values[0] instanceof Double left) || !(values[1] instanceof Double right)) {
      return null;
    }
    return switch (function) {
      case "eq" -> left.equals(right);
      case "ne" -> !left.equals(right);
      case "lt" -> left < right;
      case "le" -> left <= right;
      case "gt" -> left > right;
      case "ge" -> left >= right;
      case "add" -> left + right;
      case "sub" -> left - right;
      case "mul" -> left * right;
      case "pow" -> Math.pow(left, right);
      case "floordiv" -> right == 0 ? null : (Object) Math.floor(left / right);
      default -> null;
    };
  }
}
