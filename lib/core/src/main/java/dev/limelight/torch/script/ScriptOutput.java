package dev.limelight.torch.script;

import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The output of a model: its logits, without the softmax or sigmoid that may follow them.
 *
 * @param logits the text of the logits
 * @param activation the activation that was left out, such as {@code softmax}, or null
 * @param position the position of the statement that computes them
 * @param ranked the operator after them that gives them sorted or as indices, such as {@code topk},
 *     which is left out; or null
 */
record ScriptOutput(
    String logits, @Nullable String activation, int position, @Nullable String ranked) {

  /** What keeps the order of ranked values. */
  private static final Set<String> SHAPING =
      Set.of("to", "squeeze", "unsqueeze", "flatten", "reshape", "view");

  /** What changes probabilities at most by rounding. */
  private static final double ROUNDING = 1e-3;

  private static final Set<String> ACTIVATIONS = Set.of("softmax", "log_softmax", "sigmoid");
  private static final Pattern FUNCTION =
      Pattern.compile("(?:torch|__torch__\\.torch\\.nn\\.functional)\\.(\\w+)\\((.*)\\)");
  private static final Pattern MODULE = Pattern.compile("\\((.+)\\)\\.forward\\w*\\((.*)\\)");

  /**
   * Follows a model's result back to its logits.
   *
   * @param result the variable that holds the result
   */
  static ScriptOutput of(List<ScriptStatement> statements, ScriptModules modules, String result) {
    return find(statements, modules, result, null);
  }

  private static ScriptOutput find(
      List<ScriptStatement> statements,
      ScriptModules modules,
      String result,
      @Nullable String activation) {
    for (int i = statements.size() - 1; i >= 0; i--) {
      ScriptStatement statement = statements.get(i);
      if (!statement.assigned().contains(result)) {
        continue;
      }
      ScriptStatement.Assignment assignment = statement.assignment();
      ScriptRanking.Call ranking = assignment == null ? null : ScriptRanking.of(assignment.value());
      if (ranking != null) {
        ScriptOutput scores = find(statements.subList(0, i), modules, ranking.scores(), null);
        return new ScriptOutput(
            scores.logits(), scores.activation(), scores.position(), ranking.operator());
      }
      if (assignment == null || assignment.targets().size() > 1) {
        return new ScriptOutput(result, activation, i, null);
      }
      String value = assignment.value();
      if (value.matches("\\w+") && ScriptTokens.isName(value)) {
        return find(statements.subList(0, i), modules, value, activation);
      }
      String name = activation == null ? activation(value, modules) : null;
      if (name != null) {
        String inside = value.substring(value.lastIndexOf('(') + 1, value.length() - 1);
        String before = ScriptTokens.split(inside).get(0);
        return find(statements.subList(0, i), modules, before, name);
      }
      String kept = activation == null ? kept(value) : null;
      if (kept != null) {
        ScriptOutput before = find(statements.subList(0, i), modules, kept, null);
        if (before.activation() != null || before.ranked() != null) {
          return before;
        }
      }
      String shaped = activation == null ? shaped(value) : null;
      if (shaped != null) {
        ScriptOutput before = find(statements.subList(0, i), modules, shaped, null);
        if (before.ranked() != null) {
          return before;
        }
      }
      return new ScriptOutput(result, activation, i, null);
    }
    return new ScriptOutput(result, activation, statements.size(), null);
  }

  /** The tensor of which a value is the copy in another type or shape, or null. */
  private static @Nullable String shaped(String value) {
    Matcher function = FUNCTION.matcher(value);
    return function.matches()
            && SHAPING.contains(function.group(1))
            && !function.group(2).contains("(")
        ? ScriptTokens.split(function.group(2)).get(0)
        : null;
  }

  /** The tensor of which a value is the copy in another type, or limited to [0, 1]; or null. */
  private static @Nullable String kept(String value) {
    Matcher function = FUNCTION.matcher(value);
    if (!function.matches() || function.group(2).contains("(")) {
      return null;
    }
    List<String> arguments = ScriptTokens.split(function.group(2));
    return switch (function.group(1)) {
      case "clamp", "clip" ->
          arguments.size() == 3
                  && limit(arguments.get(1), 0) <= ROUNDING
                  && limit(arguments.get(2), 1) >= 1 - ROUNDING
              ? arguments.get(0)
              : null;
      case "clone", "contiguous", "detach" -> arguments.get(0);
      default -> null;
    };
  }

  /** A limit that is written out; without one there is none. */
  private static double limit(String text, int none) {
    if (text.equals("None")) {
      return none;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static @Nullable String activation(String value, ScriptModules modules) {
    Matcher function = FUNCTION.matcher(value);
    if (function.matches() && !function.group(2).contains("(")) {
      return ACTIVATIONS.contains(function.group(1)) ? function.group(1) : null;
    }
    Matcher module = MODULE.matcher(value);
    ScriptClass type = module.matches() ? modules.type(module.group(1)) : null;
    if (type != null) {
      return switch (type.simpleName()) {
        case "Softmax" -> "softmax";
        case "LogSoftmax" -> "log_softmax";
        case "Sigmoid" -> "sigmoid";
        default -> null;
      };
    }
    return null;
  }
}
