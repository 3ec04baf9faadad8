package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses code that draws random numbers, or normalises by the batch, whenever it runs: what it
 * gives for a picture is not the same twice. A model that is traced in training mode has it.
 */
final class ScriptRandom {

  /** Operators that draw, whatever their arguments. */
  private static final Set<String> DRAWS =
      Set.of(
          "rand",
          "randn",
          "rand_like",
          "randn_like",
          "randint",
          "randint_like",
          "randperm",
          "normal",
          "normal_",
          "uniform_",
          "bernoulli",
          "bernoulli_",
          "multinomial",
          "poisson",
          "binomial",
          "exponential_",
          "log_normal_",
          "cauchy_",
          "geometric_",
          "random_");

  /** The position of the argument that says whether it is in training. */
  private static final Map<String, Integer> TRAINING =
      Map.ofEntries(
          Map.entry("dropout", 2),
          Map.entry("dropout1d", 2),
          Map.entry("dropout2d", 2),
          Map.entry("dropout3d", 2),
          Map.entry("feature_dropout", 2),
          Map.entry("alpha_dropout", 2),
          Map.entry("feature_alpha_dropout", 2),
          Map.entry("native_dropout", 2),
          Map.entry("rrelu", 3),
          Map.entry("batch_norm", 5),
          Map.entry("native_batch_norm", 5));

  private static final Pattern OPERATOR =
      Pattern.compile("\\btorch\\.(?:nn\\.functional\\.)?(\\w+)\\(");

  private static final Pattern ALIAS =
      Pattern.compile("(\\w+) = __torch__\\.torch\\.nn\\.functional\\.(\\w+)");

  private final ScriptModules modules;

  /** By identity: each class is read once, and its hash would be that of all its text. */
  private final Set<ScriptClass> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private ScriptRandom(ScriptModules modules) {
    this.modules = modules;
  }

  /**
   * Looks through the statements of a model and the methods of the modules that they call.
   *
   * @throws UnsupportedException if something draws; the message names it
   */
  static void refuse(List<ScriptStatement> statements, ScriptModules modules) {
    new ScriptRandom(modules).check(statements, "");
  }

  private void check(List<ScriptStatement> statements, String of) {
    String code = "";
    for (ScriptStatement statement : statements) {
      Matcher alias = ALIAS.matcher(statement.text());
      code = alias.matches() ? code + "|" + alias.group(1) + "=" + alias.group(2) : code;
      check(unaliased(statement.text(), code), of);
      for (ScriptClass called : modules.called(statement.text())) {
        if (seen.add(called)) {
          called
              .methods()
              .values()
              .forEach(method -> check(method.body(), " of " + called.simpleName()));
        }
      }
      boolean condition = statement.text().startsWith("if ");
      boolean training = condition && statement.text().contains("training");
      boolean negated = statement.text().contains("not");
      // In inference the part that is for training does not run.
      if (!training || negated) {
        check(statement.body(), of);
      }
      if (!training || !negated) {
        check(statement.otherwise(), of);
      }
    }
  }

  /** A call of a function by the variable that stands for it, as a call by its name. */
  private static String unaliased(String text, String aliases) {
    for (String alias : aliases.split("\\|")) {
      int equals = alias.indexOf('=');
      if (equals > 0 && text.contains(alias.substring(0, equals) + "(")) {
        return text.replace(
            alias.substring(0, equals) + "(",
            "torch.nn.functional." + alias.substring(equals + 1) + "(");
      }
    }
    return text;
  }

  private static void check(String text, String of) {
    Matcher matcher = OPERATOR.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1);
      String plain = name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
      Integer position = TRAINING.get(plain);
      if (DRAWS.contains(name)) {
        throw new UnsupportedException(
            "its torch."
                + name
                + Names.printable(of)
                + " draws random numbers, so that two runs differ; save the model without it");
      }
      if (position != null) {
        List<String> arguments = arguments(text, matcher.end() - 1);
        if (arguments.size() > position && arguments.get(position).equals("True")) {
          throw new UnsupportedException(
              "its torch."
                  + name
                  + Names.printable(of)
                  + " works as in training, so that two runs differ; trace the model again after"
                  + " model.eval()");
        }
      }
    }
  }

  private static List<String> arguments(String text, int opening) {
    List<String> words = ScriptTokens.of(text.substring(opening));
    int closing = ScriptTokens.closing(words, 0);
    return ScriptTokens.split(String.join("", words.subList(1, closing)));
  }
}
