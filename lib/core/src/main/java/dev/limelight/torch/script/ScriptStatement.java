package dev.limelight.torch.script;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement of TorchScript.
 *
 * @param text its line; of a compound statement the first, such as {@code if training:}
 * @param body what it encloses, or nothing
 * @param otherwise what its {@code else} encloses, or nothing
 */
record ScriptStatement(String text, List<ScriptStatement> body, List<ScriptStatement> otherwise) {

  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "([A-Za-z_]\\w*+(?:, [A-Za-z_]\\w*+)*+),?(?: : (\\S.*?))? = (.*)", Pattern.DOTALL);

  /**
   * @param targets the variables
   * @param type the type that is written, or null
   * @param value the right side
   */
  record Assignment(List<String> targets, @Nullable String type, String value) {}

  /**
   * What a statement computes, as a tree.
   *
   * @param name of a variable, a function with its path, or a method; the digits of a number
   * @param object the text of the object whose method is called, or null
   * @param parts arguments, items, or what stands side by side
   */
  record Expression(Kind kind, String name, @Nullable String object, List<Expression> parts) {

    enum Kind {
      NAME,
      NUMBER,
      TEXT,
      LIST,
      CALL,
      OTHER
    }

    static Expression parse(String text) {
      List<Expression> parts = new ExpressionParser(ScriptTokens.of(text)).items();
      return parts.size() == 1 ? parts.get(0) : new Expression(Kind.OTHER, "", null, parts);
    }

    /** The function without its path; none for a method. */
    String operator() {
      return object == null ? name.substring(name.lastIndexOf('.') + 1) : "";
    }
  }

  /** Reads an expression from left to right; what is no part of a tree, such as a sign, is left. */
  private static final class ExpressionParser {

    private final List<String> words;
    private int at;

    ExpressionParser(List<String> words) {
      this.words = words;
    }

    private String word() {
      while (at < words.size() && words.get(at).isBlank()) {
        at++;
      }
      return at < words.size() ? words.get(at) : "";
    }

    private boolean take(String word) {
      boolean found = word().equals(word);
      at += found ? 1 : 0;
      return found;
    }

    /** Up to a comma, a bracket that closes, or the end. */
    Expression item() {
      List<Expression> parts = new ArrayList<>();
      boolean negative = false;
      while (!word().isEmpty() && !",)]}".contains(word())) {
        String word = word();
        at++;
        char first = word.charAt(0);
        if (word.equals("(")) {
          parts.add(method());
        } else if (word.equals("[") || word.equals("{")) {
          parts.add(new Expression(Expression.Kind.LIST, "", null, items()));
        } else if (first == '"' || first == '\'') {
          parts.add(new Expression(Expression.Kind.TEXT, "", null, List.of()));
        } else if (Character.isDigit(first)) {
          String digits = negative ? "-" + word : word;
          parts.add(new Expression(Expression.Kind.NUMBER, digits, null, List.of()));
        } else if (ScriptTokens.isName(word)) {
          parts.add(named(word));
        } else if (word.equals("=")) {
          // The name of an argument.
          parts.clear();
        }
        negative = word.equals("-");
      }
      return parts.size() == 1
          ? parts.get(0)
          : new Expression(Expression.Kind.OTHER, "", null, parts);
    }

    private List<Expression> items() {
      List<Expression> items = new ArrayList<>();
      while (!word().isEmpty() && !")]}".contains(word())) {
        items.add(item());
        take(",");
      }
      at++;
      return items;
    }

    /** After a bracket that opens: an object whose method is called, or parts. */
    private Expression method() {
      int from = at;
      List<Expression> inside = items();
      String object = String.join("", words.subList(from, Math.min(at - 1, words.size())));
      String name = path("");
      if (!name.isEmpty() && take("(")) {
        return new Expression(Expression.Kind.CALL, name.substring(1), object, items());
      }
      return new Expression(Expression.Kind.OTHER, "", null, inside);
    }

    private Expression named(String word) {
      String name = path(word);
      if (take("(")) {
        return new Expression(Expression.Kind.CALL, name, null, items());
      }
      if (take("[")) {
        items();
      }
      return new Expression(Expression.Kind.NAME, name, null, List.of());
    }

    private String path(String first) {
      StringBuilder path = new StringBuilder(first);
      while (take(".")) {
        path.append('.').append(word());
        at++;
      }
      return path.toString();
    }
  }

  static ScriptStatement of(String text) {
    return new ScriptStatement(text, List.of(), List.of());
  }

  boolean isCompound() {
    return !body.isEmpty();
  }

  boolean isReturn() {
    return text.startsWith("return ") || text.equals("return");
  }

  /** Variables and value, or null for another kind of statement. */
  @Nullable Assignment assignment() {
    if (isCompound()) {
      return null;
    }
    Matcher matcher = ASSIGNMENT.matcher(text);
    return matcher.matches()
        ? new Assignment(List.of(matcher.group(1).split(", ")), matcher.group(2), matcher.group(3))
        : null;
  }

  /** All variables that it may assign, inside too. */
  Set<String> assigned() {
    Set<String> names = new LinkedHashSet<>();
    Assignment assignment = assignment();
    if (assignment != null) {
      names.addAll(assignment.targets());
    } else if (text.startsWith("for ")) {
      names.addAll(ScriptTokens.names(text.substring(4, text.indexOf(" in "))));
    }
    body.forEach(s -> names.addAll(s.assigned()));
    otherwise.forEach(s -> names.addAll(s.assigned()));
    return names;
  }

  /** All variables that it reads, inside too. */
  Set<String> used() {
    Assignment assignment = assignment();
    Set<String> names =
        new LinkedHashSet<>(ScriptTokens.names(assignment == null ? text : assignment.value()));
    body.forEach(s -> names.addAll(s.used()));
    otherwise.forEach(s -> names.addAll(s.used()));
    return names;
  }

  ScriptStatement map(UnaryOperator<String> change) {
    return new ScriptStatement(
        change.apply(text),
        body.stream().map(s -> s.map(change)).toList(),
        otherwise.stream().map(s -> s.map(change)).toList());
  }

  void write(StringBuilder out, String indent) {
    out.append(indent).append(text).append('\n');
    body.forEach(s -> s.write(out, indent + "  "));
    if (!otherwise.isEmpty()) {
      out.append(indent).append("else:\n");
      otherwise.forEach(s -> s.write(out, indent + "  "));
    }
  }

  /** Reads the lines of a block. */
  static List<ScriptStatement> parse(List<String> lines) {
    List<String> joined = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    int open = 0;
    for (String line : lines) {
      if (!line.isBlank()) {
        statement.append(open > 0 ? " " + line.strip() : line);
        open += ScriptTokens.open(line);
        if (open <= 0) {
          joined.add(statement.toString());
          statement.setLength(0);
          open = 0;
        }
      }
    }
    if (!statement.isEmpty()) {
      joined.add(statement.toString());
    }
    List<ScriptStatement> statements = new ArrayList<>();
    int at = 0;
    while (at < joined.size()) {
      int indent = indent(joined.get(at));
      int end = deeper(joined, at + 1, indent);
      List<ScriptStatement> body = parse(joined.subList(at + 1, end));
      List<ScriptStatement> otherwise = List.of();
      String text = joined.get(at).strip();
      at = end;
      if (at < joined.size() && joined.get(at).strip().equals("else:")) {
        end = deeper(joined, at + 1, indent);
        otherwise = parse(joined.subList(at + 1, end));
        at = end;
      }
      statements.add(new ScriptStatement(text, body, otherwise));
    }
    return statements;
  }

  private static int deeper(List<String> lines, int from, int indent) {
    int end = from;
    while (end < lines.size() && indent(lines.get(end)) > indent) {
      end++;
    }
    return end;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }
}
