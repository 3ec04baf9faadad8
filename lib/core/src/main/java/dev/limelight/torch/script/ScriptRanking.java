package dev.limelight.torch.script;

import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Operators that rank the scores of the classes: what they give is in the order of its size or an
 * index, and so belongs to no fixed class.
 */
final class ScriptRanking {

  /** The operators, and the position of the argument that names the dimension. */
  private static final Map<String, Integer> OPERATORS =
      Map.of(
          "topk",
          2,
          "sort",
          1,
          "argsort",
          1,
          "argmax",
          1,
          "argmin",
          1,
          "kthvalue",
          2,
          "max",
          1,
          "min",
          1);

  /** Without a dimension they compare two tensors, or give one number. */
  private static final Set<String> NEEDS_DIMENSION = Set.of("max", "min");

  private static final Set<String> OF_CLASSES = Set.of("1", "-1");

  /** The last dimension, which holds classes or, where it is summed afterwards, places. */
  private static final String LAST = "-1";

  private static final Pattern CALL =
      Pattern.compile("\\btorch\\.(?:nn\\.functional\\.)?(\\w+)\\(");
  private static final Pattern FUNCTION = Pattern.compile("(__torch__(?:\\.\\w+)+)\\(");
  private static final Pattern WEIGHTED =
      Pattern.compile(
          "\\b(?:torch|functional)\\.(?:linear|_?conv\\w*|addmm|mm|bmm|baddbmm|addbmm|matmul|mv|einsum"
              + "|tensordot|bilinear|lstm|gru|rnn_\\w+|scaled_dot_product_attention)\\(");
  private static final Pattern REDUCING =
      Pattern.compile("\\btorch\\.(?:sum|mean|amax|amin|max|logsumexp|adaptive_\\w+)\\(");

  private static final int DEEPEST = 20;

  private final ScriptModules modules;
  private final ScriptCode code;

  private ScriptRanking(ScriptModules modules, ScriptCode code) {
    this.modules = modules;
    this.code = code;
  }

  /**
   * A call that ranks.
   *
   * @param operator such as {@code topk}
   * @param scores the text of what is ranked
   */
  record Call(String operator, String scores) {}

  /** The call that a value is, if it ranks the classes; otherwise null. */
  static @Nullable Call of(String value) {
    Matcher matcher = CALL.matcher(value);
    boolean whole = matcher.lookingAt();
    return whole ? call(value, matcher, true, false) : null;
  }

  /**
   * The operator that ranks the classes between the last weights and an output, or null.
   *
   * @param statements those before the output
   * @param output the text of the output
   */
  static @Nullable String before(
      List<ScriptStatement> statements, String output, ScriptModules modules, ScriptCode code) {
    return new ScriptRanking(modules, code).walk(statements, output, 0);
  }

  private @Nullable String walk(List<ScriptStatement> statements, String output, int depth) {
    Set<String> wanted = new HashSet<>(ScriptTokens.names(output));
    boolean reduced = REDUCING.matcher(output).find();
    String found = ranks(ScriptStatement.of(output), reduced, depth);
    for (int i = statements.size() - 1; i >= 0 && found == null; i--) {
      ScriptStatement statement = statements.get(i);
      if (statement.assigned().stream().noneMatch(wanted::contains)) {
        continue;
      }
      found = ranks(statement, reduced, depth);
      if (!isWeighted(statement)) {
        wanted.addAll(statement.used());
        reduced |= REDUCING.matcher(statement.text()).find();
      }
    }
    return found;
  }

  private @Nullable String ranks(ScriptStatement statement, boolean reduced, int depth) {
    String text = statement.text();
    Matcher weights = WEIGHTED.matcher(text);
    int end = weights.find() ? weights.start() : text.length();
    Matcher matcher = CALL.matcher(text);
    while (matcher.find() && matcher.start() < end) {
      Call call = call(text, matcher, false, reduced);
      if (call != null) {
        return call.operator();
      }
    }
    String found = depth < DEEPEST ? inside(text, depth) : null;
    for (List<ScriptStatement> block : List.of(statement.body(), statement.otherwise())) {
      for (ScriptStatement inner : block) {
        found = found == null ? ranks(inner, reduced, depth) : found;
      }
    }
    return found;
  }

  /** What ranks at the end of a method or function that a text calls, or null. */
  private @Nullable String inside(String text, int depth) {
    String found = null;
    for (ScriptClass called : modules.called(text)) {
      found = found == null ? atTheEnd(called.methods().get("forward"), depth) : found;
    }
    Matcher function = FUNCTION.matcher(text);
    while (found == null && function.find()) {
      found = atTheEnd(code.function(function.group(1)), depth);
    }
    return found;
  }

  private @Nullable String atTheEnd(@Nullable ScriptMethod method, int depth) {
    int last = method == null ? -1 : method.body().size() - 1;
    if (method == null || last < 0 || !method.body().get(last).isReturn()) {
      return null;
    }
    String result = method.body().get(last).text().substring("return".length()).strip();
    return walk(method.body().subList(0, last), result, depth + 1);
  }

  /** Whether what it gives is computed by weights. */
  private boolean isWeighted(ScriptStatement statement) {
    boolean own =
        WEIGHTED.matcher(statement.text()).find()
            || modules.called(statement.text()).stream().anyMatch(ScriptRanking::hasWeights);
    return own
        || statement.body().stream().anyMatch(this::isWeighted)
        || statement.otherwise().stream().anyMatch(this::isWeighted);
  }

  private static boolean hasWeights(ScriptClass type) {
    return type.attributes().containsValue(ScriptTypes.TENSOR)
        || type.attributes().containsValue("Optional[Tensor]");
  }

  /**
   * The call at a place of a text.
   *
   * @param whole whether nothing may follow it
   * @param reduced whether its result is summed along a dimension afterwards
   */
  private static @Nullable Call call(String text, Matcher at, boolean whole, boolean reduced) {
    Integer position = OPERATORS.get(at.group(1));
    if (position == null) {
      return null;
    }
    List<String> words = ScriptTokens.of(text.substring(at.end() - 1));
    int closing = ScriptTokens.closing(words, 0);
    if (whole && closing != words.size() - 1) {
      return null;
    }
    List<String> arguments = ScriptTokens.split(String.join("", words.subList(1, closing)));
    String dimension = arguments.size() > position ? arguments.get(position) : "";
    for (String argument : arguments) {
      if (argument.matches("dim ?=.*")) {
        dimension = argument.substring(argument.indexOf('=') + 1).strip();
      }
    }
    boolean named = dimension.matches("-?\\d+");
    boolean ofClasses =
        named ? OF_CLASSES.contains(dimension) : !NEEDS_DIMENSION.contains(at.group(1));
    boolean places = reduced && (dimension.equals(LAST) || !named);
    return arguments.isEmpty() || !ofClasses || places
        ? null
        : new Call(at.group(1), arguments.get(0));
  }
}
