package dev.limelight.torch.script;

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
 */
record ScriptOutput(String logits, @Nullable String activation, int position) {

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
      if (assignment == null || assignment.targets().size() > 1) {
        return new ScriptOutput(result, activation, i);
      }
      String value = assignment.value();
      if (value.matches("\\w+") && ScriptTokens.isName(value)) {
        return find(statements.subList(0, i), modules, value, activation);
      }
      String name = activation == null ? activation(value, modules) : null;
      if (name != null) {
        String inside = value.substring(value.lastIndexOf('(') + 1, value.length() - 1);
        return find(statements.subList(0, i), modules, ScriptTokens.split(inside).get(0), name);
      }
      return new ScriptOutput(result, activation, i);
    }
    return new ScriptOutput(result, activation, statements.size());
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
