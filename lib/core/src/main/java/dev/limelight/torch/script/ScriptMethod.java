package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method of a TorchScript class.
 *
 * @param name its name
 * @param parameters its parameters after {@code self}
 * @param returns the type of its result
 * @param body its statements
 */
record ScriptMethod(
    String name, List<Parameter> parameters, String returns, List<ScriptStatement> body) {

  private static final String SELF = "self";

  /**
   * @param name the name of the variable
   * @param type its type
   * @param defaultValue the text of its default, or null
   */
  record Parameter(String name, String type, @Nullable String defaultValue) {

    static Parameter parse(String text) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new UnsupportedException(
            "the model's code has a parameter without a type: " + Names.printable(text));
      }
      String rest = text.substring(colon + 1).strip();
      int equals = rest.indexOf('=');
      return equals < 0
          ? new Parameter(text.substring(0, colon).strip(), rest, null)
          : new Parameter(
              text.substring(0, colon).strip(),
              rest.substring(0, equals).strip(),
              rest.substring(equals + 1).strip());
    }
  }

  /**
   * Reads a definition.
   *
   * @param lines from {@code def} on
   * @param owner the whole name of the class, or null for a function
   */
  static ScriptMethod parse(List<String> lines, @Nullable String owner) {
    StringBuilder head = new StringBuilder();
    int at = 0;
    int open = 0;
    String line;
    do {
      line = lines.get(at++).strip();
      open += ScriptTokens.open(line);
      head.append(line).append(' ');
    } while (at < lines.size() && (open > 0 || !line.endsWith(":")));
    String text = head.toString().strip();
    int opening = text.indexOf('(');
    int closing = text.lastIndexOf(") -> ");
    if (!text.startsWith("def ") || opening < 4 || closing < opening) {
      throw new UnsupportedException(
          "the model's code has a method that reads: " + Names.printable(text));
    }
    List<String> parameters = ScriptTokens.split(text.substring(opening + 1, closing));
    boolean method =
        !parameters.isEmpty()
            && (parameters.get(0).startsWith(SELF + ":")
                || Parameter.parse(parameters.get(0)).type().equals(owner));
    List<ScriptStatement> body = ScriptStatement.parse(lines.subList(at, lines.size()));
    String self = method ? Parameter.parse(parameters.get(0)).name() : SELF;
    return new ScriptMethod(
        text.substring(4, opening),
        parameters.stream().skip(method ? 1 : 0).map(Parameter::parse).toList(),
        text.substring(closing + 5, text.length() - 1).strip(),
        self.equals(SELF) ? body : body.stream().map(one -> one.map(t -> named(t, self))).toList());
  }

  /** Python's name of the object is a habit. */
  private static String named(String text, String self) {
    return ScriptTokens.replace(text, Map.of(self, SELF));
  }
}
