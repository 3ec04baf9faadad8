package dev.limelight.torch.script;

import dev.limelight.model.signature.OutputRule.Candidate;
import dev.limelight.model.signature.Port;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a model returns: a tensor, or a tuple, list or dict of which each tensor is an output.
 *
 * @param parts the tensors in it
 */
record ScriptResult(List<Part> parts) {

  /**
   * A tensor of the result.
   *
   * @param name the key of a dict, the field of a named tuple, or its index
   * @param text of the expression that gives it
   */
  record Part(String name, String text) {}

  /** The index of all outputs side by side, (N, total). */
  static final int ALL = -1;

  /** The index of the number of dimensions and then the shape of each output, one after another. */
  static final int SHAPES = -2;

  private static final Pattern ITEM =
      Pattern.compile("torch\\._set_item\\((\\w+), \"((?:\\\\.|[^\"\\\\])*)\", (.*)\\)");
  private static final Pattern FIELD = Pattern.compile("__torch__[\\w.]*\\((.*)\\)");
  private static final Pattern DENSE = Pattern.compile("\\((.+)\\)\\.forward\\w*\\(.*\\)");

  /**
   * Reads the result.
   *
   * @param result the text of what is returned
   * @param type its type
   * @throws UnsupportedException if there is no tensor in it
   */
  static ScriptResult of(
      List<ScriptStatement> statements,
      ScriptTypes types,
      ScriptCode code,
      String result,
      String type) {
    List<Part> parts;
    if (type.equals(ScriptTypes.TENSOR)) {
      parts = List.of(new Part("0", result));
    } else if (type.startsWith("Dict[str, ") && type.endsWith(" Tensor]")) {
      parts = ofDict(statements, result);
    } else {
      parts = ofTuple(statements, types, code, result, type);
    }
    if (parts.isEmpty()) {
      throw new UnsupportedException(
          "the model gives " + type + ", and a classifier gives a tensor of logits");
    }
    return new ScriptResult(parts);
  }

  private static List<Part> ofTuple(
      List<ScriptStatement> statements,
      ScriptTypes types,
      ScriptCode code,
      String result,
      String type) {
    ScriptClass named = code.find(type);
    List<String> names =
        named != null && named.base().equals("NamedTuple")
            ? List.copyOf(named.attributes().keySet())
            : List.of();
    List<String> literal = literal(statements, result);
    // The length of a list is known only where it is written out.
    boolean list = type.startsWith("List[");
    List<Part> parts = new ArrayList<>();
    for (int i = 0; list ? i < literal.size() : types.element(type, i) != null; i++) {
      if (ScriptTypes.TENSOR.equals(types.element(type, i)) && i < 1000) {
        String text = i < literal.size() ? literal.get(i) : "(" + result + ")[" + i + "]";
        parts.add(new Part(i < names.size() ? names.get(i) : String.valueOf(i), text));
      }
    }
    return parts;
  }

  /** The text of an output, or of {@link #ALL} or {@link #SHAPES}. */
  String text(int index) {
    return switch (index) {
      case ALL ->
          parts.stream()
              .map(part -> "torch.flatten(" + part.text() + ", 1)")
              .collect(Collectors.joining(", ", "torch.cat([", "], 1)"));
      case SHAPES ->
          parts.stream()
              .map(
                  part ->
                      "torch.tensor([torch.dim("
                          + part.text()
                          + ")]), torch._shape_as_tensor("
                          + part.text()
                          + ")")
              .collect(Collectors.joining(", ", "torch.cat([", "])"));
      default -> parts.get(index).text();
    };
  }

  /** The elements of a tuple or list that is written out, or none. */
  private static List<String> literal(List<ScriptStatement> statements, String result) {
    String text = followed(statements, result);
    Matcher field = FIELD.matcher(text);
    if (field.matches()) {
      return ScriptTokens.split(field.group(1));
    }
    boolean brackets = text.startsWith("(") || text.startsWith("[");
    List<String> words = ScriptTokens.of(text);
    return brackets && ScriptTokens.closing(words, 0) == words.size() - 1
        ? ScriptTokens.split(text.substring(1, text.length() - 1))
        : List.of();
  }

  private static List<Part> ofDict(List<ScriptStatement> statements, String result) {
    String text = followed(statements, result);
    Set<String> keys = new LinkedHashSet<>();
    List<Part> parts = new ArrayList<>();
    if (text.startsWith("{") && text.endsWith("}")) {
      for (String item : ScriptTokens.split(text.substring(1, text.length() - 1))) {
        Matcher matcher = Pattern.compile("\"(.*?)\"\\s*:\\s*(.*)").matcher(item);
        if (matcher.matches() && keys.add(matcher.group(1))) {
          parts.add(new Part(matcher.group(1), matcher.group(2)));
        }
      }
      return parts;
    }
    for (ScriptStatement statement : statements) {
      Matcher matcher = ITEM.matcher(statement.text());
      if (matcher.find() && keys.add(matcher.group(2))) {
        parts.add(new Part(matcher.group(2), "(" + result + ")[\"" + matcher.group(2) + "\"]"));
      }
    }
    return parts;
  }

  /** The expression that a variable stands for. */
  private static String followed(List<ScriptStatement> statements, String result) {
    String text = result;
    for (int i = statements.size() - 1; i >= 0; i--) {
      ScriptStatement.Assignment assignment = statements.get(i).assignment();
      if (assignment != null
          && assignment.targets().size() == 1
          && assignment.targets().get(0).equals(text)) {
        text = assignment.value();
      }
    }
    return text;
  }

  /** The outputs, of which one is explained. */
  List<Candidate> candidates(List<ScriptStatement> statements, ScriptModules modules) {
    List<Candidate> all = new ArrayList<>();
    for (Part part : parts) {
      ScriptOutput output = ScriptOutput.of(statements, modules, part.text());
      Set<String> before = before(statements, part.text());
      Set<String> madeFrom = new HashSet<>();
      for (Part other : parts) {
        if (other != part && before.contains(other.text())) {
          madeFrom.add(other.name());
        }
      }
      // Sorted values are scores of no fixed class.
      Port port =
          output.ranked() != null
              ? new Port(part.name(), "", List.of())
              : port(statements, modules, part.name(), output.logits());
      all.add(new Candidate(port, output.activation() != null, madeFrom));
    }
    return all;
  }

  /** The variables that an expression is computed from, without itself. */
  private static Set<String> before(List<ScriptStatement> statements, String text) {
    Set<String> found = new HashSet<>(ScriptTokens.names(text));
    for (int i = statements.size() - 1; i >= 0; i--) {
      ScriptStatement statement = statements.get(i);
      if (statement.assigned().stream().anyMatch(found::contains)) {
        found.addAll(statement.used());
      }
    }
    found.remove(text);
    return found;
  }

  /** A dense layer's number of classes is that of its weights; others are known once it runs. */
  private static Port port(
      List<ScriptStatement> statements, ScriptModules modules, String name, String logits) {
    Matcher call = DENSE.matcher(followed(statements, logits));
    ScriptModules.Module module = call.matches() ? modules.resolve(call.group(1)) : null;
    Object weight =
        module != null && module.type().simpleName().equals("Linear")
            ? module.values().items().get("weight")
            : null;
    return weight instanceof TensorView view && view.shape().length == 2
        ? new Port(name, "float32", List.of(-1L, view.shape()[0]))
        : Port.named(name);
  }
}
