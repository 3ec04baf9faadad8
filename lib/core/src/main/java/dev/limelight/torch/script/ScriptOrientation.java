package dev.limelight.torch.script;

import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model does to the places of the picture before its first convolution: where it mirrors the
 * picture, or swaps its height and width, the maps of its layers appear mirrored or turned on it.
 */
final class ScriptOrientation {

  /** Operators that keep each number at its place. */
  private static final Set<String> IN_PLACE =
      Set.of(
          "add",
          "sub",
          "rsub",
          "mul",
          "div",
          "neg",
          "clamp",
          "clip",
          "to",
          "type_as",
          "alias",
          "contiguous",
          "clone",
          "detach",
          "cat",
          "concat",
          "pad",
          "constant_pad_nd",
          "batch_norm");

  private static final Pattern CALL = Pattern.compile("torch\\.(?:nn\\.functional\\.)?(\\w+)\\(");
  private static final Pattern FUNCTION = Pattern.compile("(__torch__(?:\\.\\w+)+)\\(");
  private static final Pattern METHOD = Pattern.compile("\\((.+)\\)\\.(forward\\w*)\\(.*\\)");
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,3}");

  private static final int DEEPEST = 20;

  private final ScriptModules modules;
  private final ScriptCode code;
  private final Set<String> notes = new LinkedHashSet<>();
  private int depth;

  private ScriptOrientation(ScriptModules modules, ScriptCode code) {
    this.modules = modules;
    this.code = code;
  }

  /**
   * Looks for it.
   *
   * @param picture the variable that holds the picture
   * @param order of its dimensions, such as "NCHW"
   * @return a sentence each
   */
  static List<String> notes(
      List<ScriptStatement> statements,
      String picture,
      String order,
      ScriptModules modules,
      ScriptCode code) {
    ScriptOrientation found = new ScriptOrientation(modules, code);
    found.follow(statements, new HashMap<>(Map.of(picture, order)));
    return List.copyOf(found.notes);
  }

  private void follow(List<ScriptStatement> statements, Map<String, String> letters) {
    for (ScriptStatement statement : statements) {
      ScriptStatement.Assignment assignment = statement.assignment();
      if (assignment != null && assignment.targets().size() == 1) {
        String after = order(assignment.value(), letters);
        if (after != null) {
          letters.put(assignment.targets().get(0), after);
        }
      }
      follow(statement.body(), letters);
      follow(statement.otherwise(), letters);
    }
  }

  /** The order of the dimensions of a value that is the picture in some order, or null. */
  private @Nullable String order(String value, Map<String, String> letters) {
    if (letters.containsKey(value)) {
      return letters.get(value);
    }
    if (ScriptTokens.names(value).stream().noneMatch(letters::containsKey)) {
      return null;
    }
    Matcher method = METHOD.matcher(value);
    if (method.matches()) {
      ScriptClass type = modules.type(method.group(1));
      return type == null
          ? null
          : inside(type.methods().get(method.group(2)), arguments(value, method.end(2)), letters);
    }
    Matcher function = FUNCTION.matcher(value);
    if (function.lookingAt() && code.function(function.group(1)) != null) {
      return inside(
          code.function(function.group(1)), arguments(value, function.end() - 1), letters);
    }
    Matcher call = CALL.matcher(value);
    return call.lookingAt()
        ? after(call.group(1), arguments(value, call.end() - 1), letters)
        : null;
  }

  private @Nullable String inside(
      @Nullable ScriptMethod called, List<String> arguments, Map<String, String> letters) {
    int last = called == null ? -1 : called.body().size() - 1;
    if (called == null || last < 0 || depth == DEEPEST) {
      return null;
    }
    Map<String, String> own = new HashMap<>();
    for (int i = 0; i < called.parameters().size() && i < arguments.size(); i++) {
      String order = order(arguments.get(i), letters);
      if (order != null) {
        own.put(called.parameters().get(i).name(), order);
      }
    }
    depth++;
    follow(called.body().subList(0, last), own);
    String result = called.body().get(last).text().replaceFirst("^return ", "");
    String order = order(result, own);
    depth--;
    return order;
  }

  private @Nullable String after(
      String operator, List<String> arguments, Map<String, String> letters) {
    String before = null;
    for (String argument : arguments) {
      boolean list = argument.startsWith("[") && argument.endsWith("]");
      for (String each :
          list
              ? ScriptTokens.split(argument.substring(1, argument.length() - 1))
              : List.of(argument)) {
        before = before == null ? order(each, letters) : before;
      }
    }
    if (before == null) {
      return null;
    }
    String plain = operator.replaceFirst("(?<=[a-z])_$", "");
    switch (plain) {
      case "flip", "rot90" -> {
        List<Integer> axes = axes(arguments, plain.equals("flip") ? 1 : 2, before.length());
        boolean places = false;
        for (int axis : axes) {
          places |= "HW".indexOf(before.charAt(axis)) >= 0;
        }
        if (places) {
          note(plain.equals("flip") ? "mirrors" : "turns", "at torch." + plain, plain);
        }
        return before;
      }
      case "transpose", "swapaxes", "swapdims", "permute" -> {
        return transposed(before, axes(arguments, 1, before.length()), plain.equals("permute"));
      }
      default -> {
        if (plain.contains("conv") && before.equals("NCWH")) {
          note("swaps the height and width of", "before torch." + operator, "");
        }
        return IN_PLACE.contains(plain) ? before : null;
      }
    }
  }

  private void note(String what, String where, String operator) {
    notes.add(
        "the model "
            + what
            + " the picture "
            + where
            + ", so the maps of later layers appear "
            + switch (operator) {
              case "flip" -> "mirrored";
              case "rot90" -> "turned";
              default -> "with their sides swapped";
            }
            + " on it");
  }

  private static @Nullable String transposed(String before, List<Integer> axes, boolean all) {
    char[] after = before.toCharArray();
    if (all && axes.size() == after.length) {
      for (int i = 0; i < after.length; i++) {
        after[i] = before.charAt(axes.get(i));
      }
    } else if (!all && axes.size() == 2) {
      after[axes.get(0)] = before.charAt(axes.get(1));
      after[axes.get(1)] = before.charAt(axes.get(0));
    } else {
      return null;
    }
    return new String(after);
  }

  /** The dimensions that arguments from a position on name, from 0. */
  private static List<Integer> axes(List<String> arguments, int from, int rank) {
    List<Integer> axes = new ArrayList<>();
    for (String argument : arguments.subList(Math.min(from, arguments.size()), arguments.size())) {
      Matcher number = WHOLE.matcher(argument);
      while (number.find()) {
        int axis = Integer.parseInt(number.group());
        axis = axis < 0 ? axis + rank : axis;
        if (axis >= 0 && axis < rank) {
          axes.add(axis);
        }
      }
    }
    return axes;
  }

  /** The arguments of a call whose bracket opens at a place. */
  private static List<String> arguments(String text, int opening) {
    List<String> words = ScriptTokens.of(text.substring(opening));
    int closing = ScriptTokens.closing(words, 0);
    return ScriptTokens.split(String.join("", words.subList(1, closing)));
  }
}
