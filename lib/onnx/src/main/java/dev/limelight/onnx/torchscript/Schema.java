package dev.limelight.onnx.torchscript;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an operator of PyTorch.
 *
 * @param name such as {@code conv2d}, without the underscore of one that works in place
 * @param overload such as {@code padding}, or {@code default}
 * @param parameters in their order
 * @param givesList whether it gives a list of tensors
 */
record Schema(String name, String overload, List<Parameter> parameters, boolean givesList) {

  /**
   * A parameter.
   *
   * @param type such as {@code Tensor?} or {@code int[2]}
   * @param optional whether it has a default
   */
  record Parameter(String name, String type, boolean optional) {}

  private static final Pattern LINE =
      Pattern.compile("aten::(\\w+)(?:\\.(\\w+))?\\((.*)\\) -> (.*)");

  /** Reads a line such as {@code aten::relu(Tensor self) -> Tensor}. */
  static Schema parse(String line) {
    Matcher matcher = LINE.matcher(line.replaceAll("\\([a-z]!?(?:\\|[a-z])?(?: -> \\*)?\\)", ""));
    if (!matcher.matches()) {
      throw new IllegalStateException("no schema of an operator: " + line);
    }
    List<Parameter> parameters = new ArrayList<>();
    for (String part : matcher.group(3).split(", (?![^\\[]*\\])")) {
      if (part.equals("*") || part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      String declared = equals < 0 ? part : part.substring(0, equals);
      int space = declared.lastIndexOf(' ');
      parameters.add(
          new Parameter(
              declared.substring(space + 1),
              declared.substring(0, space).replace("SymInt", "int"),
              equals >= 0));
    }
    String overload = matcher.group(2) == null ? "default" : matcher.group(2);
    return new Schema(matcher.group(1), overload, parameters, matcher.group(4).equals("Tensor[]"));
  }

  /**
   * The arguments of a call by their names, or null if they do not fit.
   *
   * @param values those without a name, and then those with one
   * @param names of the last ones
   * @param loose whether a number may stand for a tensor
   */
  @Nullable Map<String, Value> bind(List<Value> values, List<String> names, boolean loose) {
    Map<String, Value> bound = new LinkedHashMap<>();
    int positional = values.size() - names.size();
    if (positional > parameters.size()) {
      return null;
    }
    int named = 0;
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      int at = i < positional ? i : names.indexOf(parameter.name());
      if (at < 0) {
        if (!parameter.optional()) {
          return null;
        }
        continue;
      }
      Value value = values.get(i < positional ? i : positional + at);
      named += i < positional ? 0 : 1;
      if (!fits(parameter.type(), value, loose)) {
        return null;
      }
      if (!(value instanceof Value.Nothing)) {
        bound.put(parameter.name(), value);
      }
    }
    return named == names.size() ? bound : null;
  }

  private static boolean fits(String type, Value value, boolean loose) {
    if (type.endsWith("?")) {
      return value instanceof Value.Nothing
          || fits(type.substring(0, type.length() - 1), value, loose);
    }
    int list = type.endsWith("]") ? type.lastIndexOf('[') : -1;
    if (list > 0) {
      String of = type.substring(0, list);
      boolean counted = list + 2 < type.length();
      return value instanceof Value.Many many
          ? many.items().stream().allMatch(item -> fits(of, item, false))
          : counted && fits(of, value, false);
    }
    return switch (type) {
      case "Tensor" ->
          value instanceof Value.Tensor
              || loose && (value instanceof Value.Whole || value instanceof Value.Real);
      case "int", "ScalarType", "Layout", "MemoryFormat" -> value instanceof Value.Whole;
      case "float" -> value instanceof Value.Real || value instanceof Value.Whole;
      case "Scalar" ->
          value instanceof Value.Real
              || value instanceof Value.Whole
              || value instanceof Value.Truth;
      case "bool" -> value instanceof Value.Truth;
      case "str", "Device" -> value instanceof Value.Text;
      default -> false;
    };
  }
}
