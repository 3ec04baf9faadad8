package dev.limelight.onnx.torchscript;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the expressions of TorchScript code, a subset of Python's. */
final class ExpressionParser {

  private static final Pattern WORD =
      Pattern.compile(
          "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|[A-Za-z_]\\w*+"
              + "|\\d[\\d.]*(?:[eE][+-]?\\d+)?|\\S",
          Pattern.DOTALL);

  private record Token(String text, int start, int end) {}

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private ExpressionParser(String source) {
    this.source = source;
    Matcher matcher = WORD.matcher(source);
    while (matcher.find()) {
      tokens.add(new Token(matcher.group(), matcher.start(), matcher.end()));
    }
  }

  /**
   * Reads an expression.
   *
   * @throws UnsupportedException if it is none that PyTorch writes
   */
  static Expression of(String source) {
    ExpressionParser parser = new ExpressionParser(source);
    Expression expression = parser.expression();
    if (parser.at < parser.tokens.size()) {
      throw parser.unexpected();
    }
    return expression;
  }

  private Expression expression() {
    int start = start();
    Expression expression = primary();
    while (at < tokens.size()) {
      if (take(".")) {
        String name = next().text();
        expression = new Expression.Member(from(start), expression, name);
      } else if (take("(")) {
        expression = call(start, expression);
      } else if (take("[")) {
        Expression index = expression();
        // The types that annotate() is given have several parts.
        while (take(",")) {
          expression();
        }
        expect("]");
        expression = new Expression.Element(from(start), expression, index);
      } else {
        break;
      }
    }
    return expression;
  }

  private Expression primary() {
    Token token = next();
    String text = token.text();
    char first = text.charAt(0);
    if (first == '-') {
      Expression number = expression();
      return number instanceof Expression.Literal
          ? new Expression.Literal("-" + number.text())
          : new Expression.Invocation(
              text, new Expression.Word("torch.neg"), List.of(number), List.of());
    }
    if (first == '(' || first == '[') {
      return items(token);
    }
    if (first == '"' || first == '\'') {
      return new Expression.Quoted(text, text.substring(1, text.length() - 1));
    }
    if (Character.isDigit(first)) {
      return new Expression.Literal(text);
    }
    if (Character.isLetter(first) || first == '_') {
      return new Expression.Word(text);
    }
    throw unexpected();
  }

  /** One expression in brackets is itself, unless a comma follows. */
  private Expression items(Token open) {
    String close = open.text().equals("(") ? ")" : "]";
    List<Expression> items = new ArrayList<>();
    boolean list = close.equals("]");
    while (!take(close)) {
      items.add(expression());
      if (take(",")) {
        list = true;
      } else {
        expect(close);
        break;
      }
    }
    return items.size() == 1 && !list
        ? items.get(0)
        : new Expression.Items(from(open.start()), items);
  }

  private Expression call(int start, Expression callee) {
    List<Expression> arguments = new ArrayList<>();
    List<String> names = new ArrayList<>();
    while (!take(")")) {
      if (at + 1 < tokens.size() && tokens.get(at + 1).text().equals("=")) {
        names.add(next().text());
        at++;
      } else if (!names.isEmpty()) {
        throw unexpected();
      }
      arguments.add(expression());
      if (!take(",")) {
        expect(")");
        break;
      }
    }
    return new Expression.Invocation(from(start), callee, arguments, names);
  }

  private int start() {
    return at < tokens.size() ? tokens.get(at).start() : source.length();
  }

  private String from(int start) {
    return source.substring(start, tokens.get(at - 1).end());
  }

  private Token next() {
    if (at >= tokens.size()) {
      throw unexpected();
    }
    return tokens.get(at++);
  }

  private boolean take(String text) {
    boolean found = at < tokens.size() && tokens.get(at).text().equals(text);
    at += found ? 1 : 0;
    return found;
  }

  private void expect(String text) {
    if (!take(text)) {
      throw unexpected();
    }
  }

  private UnsupportedException unexpected() {
    return new UnsupportedException(
        "its code has '" + Names.printable(source) + "', which is not read");
  }
}
