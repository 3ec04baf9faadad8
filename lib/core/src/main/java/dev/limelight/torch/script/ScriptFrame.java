package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.ScriptModules.Module;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One call of a method, with its variables renamed so that they are unique. */
final class ScriptFrame {

  private static final Pattern METHOD = Pattern.compile("\\((.+)\\)\\.(\\w+)");
  private static final Pattern FUNCTION = Pattern.compile("__torch__(?:\\.\\w+)+");
  private static final List<ScriptStatement> NOTHING = List.of(ScriptStatement.of("pass"));

  private final ScriptFlow flow;
  private final @Nullable Module self;
  private final String prefix;
  private final Map<String, String> names;

  /**
   * @param self the module whose method it is, or null for a function
   * @param prefix the prefix of the names of its variables
   * @param names the texts that replace variables
   */
  ScriptFrame(ScriptFlow flow, @Nullable Module self, String prefix, Map<String, String> names) {
    this.flow = flow;
    this.self = self;
    this.prefix = prefix;
    this.names = names;
    if (self != null) {
      names.put("self", self.expression());
    }
  }

  /** Inlines a method; returns the text of its result. */
  String run(ScriptMethod method) {
    List<ScriptStatement> body = method.body();
    int last = body.size() - 1;
    if (last < 0 || !body.get(last).isReturn()) {
      throw new UnsupportedException(
          "the model's method "
              + (self == null ? "" : self.type().simpleName() + ".")
              + method.name()
              + " ends without a return");
    }
    body.subList(0, last).forEach(this::statement);
    return value(renamed(body.get(last).text().substring("return".length()).strip()));
  }

  private String renamed(String text) {
    return ScriptTokens.replace(text, names);
  }

  private String declare(String variable) {
    return names.computeIfAbsent(variable, name -> prefix + name);
  }

  private void statement(ScriptStatement statement) {
    if (statement.isCompound()) {
      compound(statement);
      return;
    }
    ScriptStatement.Assignment assignment = statement.assignment();
    if (assignment == null) {
      String text = renamed(statement.text());
      flow.emit(ScriptStatement.of(flow.splitsCalls(text) ? value(text) : text));
      return;
    }
    String value = renamed(assignment.value());
    if (assignment.targets().size() == 1 && isAlias(assignment.targets().get(0), value)) {
      return;
    }
    String computed = flow.splitsCalls(value) ? value(value) : value;
    String left =
        statement.text().substring(0, statement.text().length() - assignment.value().length());
    assignment.targets().forEach(this::declare);
    flow.emit(ScriptStatement.of(renamedTargets(left, assignment) + computed));
  }

  /** The left side: its type, if one is written, holds no variables. */
  private String renamedTargets(String left, ScriptStatement.Assignment assignment) {
    int end = assignment.type() == null ? left.length() : left.indexOf(" : ");
    return renamed(left.substring(0, end)) + left.substring(end);
  }

  /** A variable for a module or a function is replaced wherever it is used. */
  private boolean isAlias(String variable, String value) {
    if (FUNCTION.matcher(value).matches() || flow.modules().resolve(value) != null) {
      names.put(variable, value);
      return true;
    }
    return false;
  }

  private void compound(ScriptStatement statement) {
    if (statement.text().startsWith("if ")) {
      String condition = renamed(statement.text().substring(3, statement.text().length() - 1));
      Object known = flow.constants().of(condition);
      if (known instanceof Boolean holds) {
        (holds ? statement.body() : statement.otherwise()).forEach(this::statement);
        return;
      }
      if (raises(statement.body()) && callsModule(statement.otherwise())) {
        guard(statement.text(), onlyRaise(statement.body()), NOTHING);
        statement.otherwise().forEach(this::statement);
        return;
      }
      if (raises(statement.otherwise()) && callsModule(statement.body())) {
        guard(statement.text(), NOTHING, onlyRaise(statement.otherwise()));
        statement.body().forEach(this::statement);
        return;
      }
    }
    statement.assigned().forEach(this::declare);
    flow.emit(statement.map(this::renamed));
  }

  private boolean raises(List<ScriptStatement> block) {
    return block.stream().anyMatch(s -> s.text().startsWith("ops.prim.RaiseException("));
  }

  /** Keeps the check and what it raises, and nothing that the raising branch assigns. */
  private void guard(String text, List<ScriptStatement> body, List<ScriptStatement> otherwise) {
    flow.emit(new ScriptStatement(text, body, otherwise).map(this::renamed));
  }

  private List<ScriptStatement> onlyRaise(List<ScriptStatement> block) {
    return block.stream()
        .filter(s -> s.text().equals("pass") || s.text().startsWith("ops.prim.RaiseException("))
        .toList();
  }

  private boolean callsModule(List<ScriptStatement> block) {
    for (ScriptStatement statement : block) {
      if (flow.splitsCalls(renamed(statement.text()))
          || callsModule(statement.body())
          || callsModule(statement.otherwise())) {
        return true;
      }
    }
    return false;
  }

  /** Computes every call of an expression into a separate variable, in the order they run. */
  private String value(String text) {
    List<String> words = ScriptTokens.of(text);
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < words.size()) {
      String word = words.get(at);
      String primary;
      if ("([{".contains(word)) {
        int close = ScriptTokens.closing(words, at);
        primary = word + value(String.join("", words.subList(at + 1, close))) + words.get(close);
        at = close + 1;
      } else {
        primary = word;
        at++;
        if (!ScriptTokens.isName(word)) {
          out.append(primary);
          continue;
        }
      }
      boolean more = true;
      while (more && at < words.size()) {
        if (words.get(at).equals(".") && at + 1 < words.size()) {
          primary += "." + words.get(at + 1);
          at += 2;
        } else if (words.get(at).equals("(") || words.get(at).equals("[")) {
          int close = ScriptTokens.closing(words, at);
          String inside = String.join("", words.subList(at + 1, close));
          primary =
              words.get(at).equals("(")
                  ? call(primary, inside)
                  : primary + "[" + value(inside) + "]";
          at = close + 1;
        } else {
          more = false;
        }
      }
      out.append(primary);
    }
    return out.toString();
  }

  private String call(String callee, String inside) {
    if (callee.equals("getattr") || callee.equals("uninitialized")) {
      return callee + "(" + inside + ")";
    }
    if (callee.equals("annotate") || callee.equals("unchecked_cast")) {
      // The first argument is a type.
      int type = ScriptTokens.split(inside).get(0).length();
      return callee + "(" + inside.substring(0, type) + value(inside.substring(type)) + ")";
    }
    String arguments = value(inside);
    Matcher method = METHOD.matcher(callee);
    Module module = method.matches() ? flow.modules().resolve(method.group(1)) : null;
    if (module == null) {
      ScriptMethod function = flow.opened(callee);
      return flow.temporary(
          function == null
              ? callee + "(" + arguments + ")"
              : inline(null, function, ScriptTokens.split(arguments)));
    }
    ScriptMethod called = module.type().methods().get(method.group(2));
    if (called == null) {
      throw new UnsupportedException(
          "the model's code calls "
              + Names.printable(callee)
              + ", and its class has no such method");
    }
    String result =
        flow.temporary(
            flow.opens(module.type())
                ? inline(module, called, ScriptTokens.split(arguments))
                : callee + "(" + arguments + ")");
    flow.types().set(result, called.returns());
    flow.mark(module, called, result);
    return result;
  }

  private String inline(@Nullable Module module, ScriptMethod method, List<String> arguments) {
    ScriptFrame frame = new ScriptFrame(flow, module, flow.newPrefix(), new HashMap<>());
    List<ScriptMethod.Parameter> parameters = method.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      ScriptMethod.Parameter parameter = parameters.get(i);
      String argument = i < arguments.size() ? arguments.get(i) : parameter.defaultValue();
      if (argument == null || argument.matches("\\w+=(?!=).*")) {
        throw new UnsupportedException(
            "the model's code calls " + method.name() + " with arguments in another order");
      }
      String variable = frame.declare(parameter.name());
      flow.emit(ScriptStatement.of(variable + " : " + parameter.type() + " = " + argument));
    }
    return frame.run(method);
  }
}
