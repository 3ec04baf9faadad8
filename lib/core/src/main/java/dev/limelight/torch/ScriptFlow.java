package dev.limelight.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The forward pass of a TorchScript model as one list of statements. Modules that hold others are
 * written out in place of their call, and nested calls are taken apart in the order in which they
 * run, so that the output of every module on the way is a variable of that list, and the model can
 * be cut between any two statements. Modules without sub-modules stay calls. The model is in
 * inference mode: what runs only in training is left out.
 */
final class ScriptFlow {

  /**
   * The output of a module.
   *
   * @param path where the module is, such as {@code features.7}
   * @param kind its class
   * @param variable the variable that holds its output
   * @param position the number of statements up to there
   */
  record Mark(String path, String kind, String variable, int position) {}

  private static final int MOST_STATEMENTS = 200_000;
  private static final Pattern METHOD = Pattern.compile("\\((.+)\\)\\.(\\w+)");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(.+)\\.(\\w+)|getattr\\((.+), \"(.+)\"\\)", Pattern.DOTALL);
  private static final Pattern FUNCTION = Pattern.compile("__torch__(?:\\.\\w+)+");

  private record Module(String path, String expression, ScriptClass type, PythonDict values) {}

  private final ScriptCode code;
  private final Map<String, Module> modules = new HashMap<>();
  private final Map<String, ScriptClass> moduleTypes = new HashMap<>();
  private final ScriptTypes types;
  private final ScriptConstants constants = new ScriptConstants(this::attribute);
  private final List<ScriptStatement> statements = new ArrayList<>();
  private final List<Set<String>> assigned = new ArrayList<>();
  private final List<Set<String>> used = new ArrayList<>();
  private final Map<String, Mark> marks = new LinkedHashMap<>();
  private final Map<String, String> refused = new LinkedHashMap<>();
  private final ScriptMethod forward;
  private final ScriptOutput output;
  private int frames;
  private int temporaries;

  /**
   * @param top the class of the whole model
   * @param values its attributes, modules among them, as far as they are known
   * @throws IllegalArgumentException if the code is not as TorchScript writes it
   */
  ScriptFlow(ScriptCode code, ScriptClass top, PythonDict values) {
    this.code = code;
    types = new ScriptTypes(code, moduleTypes);
    forward = top.methods().get("forward");
    if (forward == null) {
      throw new IllegalArgumentException(
          "the model's class " + top.simpleName() + " has no method forward; it cannot be run");
    }
    Module model = module("", "self", top, values);
    Map<String, String> names = new HashMap<>();
    for (ScriptMethod.Parameter parameter : forward.parameters()) {
      names.put(parameter.name(), parameter.name());
      types.set(parameter.name(), parameter.type());
    }
    String result = new Frame(model, "", names).run(forward);
    output = new ScriptOutput(statements, moduleTypes, result);
    if (!forward.returns().equals(ScriptTypes.TENSOR)
        && !ScriptTypes.TENSOR.equals(types.element(forward.returns(), 0))) {
      throw new IllegalArgumentException(
          "the model gives " + forward.returns() + ", and a classifier gives a tensor of logits");
    }
    // Nothing would follow the logits.
    for (Mark mark : marks()) {
      if (mark.position() > output.position()) {
        marks.remove(mark.path());
        refused.put(mark.path(), "it gives the logits, and nothing follows it");
      }
    }
  }

  ScriptOutput output() {
    return output;
  }

  /** The text of the logits. */
  String logits() {
    return forward.returns().equals(ScriptTypes.TENSOR)
        ? output.logits()
        : "(" + output.logits() + ")[0]";
  }

  List<ScriptStatement> statements() {
    return statements;
  }

  /** The variables that a statement assigns. */
  Set<String> assigned(int position) {
    return assigned.get(position);
  }

  /** The variables that a statement reads. */
  Set<String> used(int position) {
    return used.get(position);
  }

  /** The first line of a method that takes what forward takes; the rest has its default. */
  void writeHead(StringBuilder out, String name, String type, String returns) {
    ScriptMethod.Parameter picture = forward.parameters().get(0);
    out.append("  def ").append(name).append("(self: ").append(type).append(",\n    ");
    out.append(picture.name()).append(": ").append(picture.type());
    out.append(") -> ").append(returns).append(":\n");
    for (ScriptMethod.Parameter other :
        forward.parameters().subList(1, forward.parameters().size())) {
      out.append("    ").append(other.name()).append(" : ").append(other.type());
      out.append(" = ").append(other.byDefault()).append('\n');
    }
  }

  /** The outputs of modules, in the order of computation. */
  List<Mark> marks() {
    return List.copyOf(marks.values());
  }

  /**
   * The output of a module.
   *
   * @throws IllegalArgumentException if it has none; the message says why
   * @throws NoSuchElementException if there is no such module
   */
  Mark mark(String path) {
    Mark mark = marks.get(path);
    if (mark == null && refused.containsKey(path)) {
      throw new IllegalArgumentException(refused.get(path));
    }
    if (mark == null) {
      throw new NoSuchElementException("there is no module " + path);
    }
    return mark;
  }

  List<ScriptMethod.Parameter> parameters() {
    return forward.parameters();
  }

  ScriptTypes types() {
    return types;
  }

  private Module module(String path, String expression, ScriptClass type, PythonDict values) {
    Module module = new Module(path, expression, type, values);
    modules.put(expression, module);
    moduleTypes.put(expression, type);
    if (!path.isEmpty()) {
      refused.putIfAbsent(path, "it is called inside a condition or a loop, or not at all");
    }
    return module;
  }

  /** The module that an expression names, or null. */
  private Module resolve(String expression) {
    Module found = modules.get(expression);
    if (found != null) {
      return found;
    }
    Matcher matcher = ATTRIBUTE.matcher(expression);
    if (!matcher.matches()) {
      return null;
    }
    boolean plain = matcher.group(1) != null;
    Module owner = resolve(plain ? matcher.group(1) : matcher.group(3));
    String name = plain ? matcher.group(2) : matcher.group(4);
    String type = owner == null ? null : owner.type().attributes().get(name);
    ScriptClass child = type == null || !type.startsWith("__torch__.") ? null : code.find(type);
    if (child == null || !child.isModule()) {
      return null;
    }
    return module(
        owner.path().isEmpty() ? name : owner.path() + "." + name,
        expression,
        child,
        owner.values().items().get(name) instanceof PythonDict inner ? inner : new PythonDict());
  }

  /** The value of an attribute such as {@code self.layer1.stride}, or null. */
  private Object attribute(String expression) {
    Matcher matcher = ATTRIBUTE.matcher(expression);
    if (!matcher.matches()) {
      return null;
    }
    boolean plain = matcher.group(1) != null;
    Module owner = resolve(plain ? matcher.group(1) : matcher.group(3));
    String name = plain ? matcher.group(2) : matcher.group(4);
    if (owner == null) {
      return null;
    }
    return name.equals("training") ? Boolean.FALSE : owner.values().items().get(name);
  }

  private boolean holdsModules(ScriptClass type) {
    return type.attributes().values().stream()
        .filter(t -> t.startsWith("__torch__."))
        .map(code::find)
        .anyMatch(t -> t != null && t.isModule());
  }

  private void emit(ScriptStatement statement) {
    if (statements.size() >= MOST_STATEMENTS) {
      throw new IllegalArgumentException(
          "the model's code grows beyond "
              + MOST_STATEMENTS
              + " statements when it is written out");
    }
    statements.add(statement);
    assigned.add(statement.assigned());
    used.add(statement.used());
    types.learn(statement);
    constants.learn(statement);
  }

  private String temporary(String value) {
    String name = "limelight_t" + temporaries++;
    emit(ScriptStatement.of(name + " = " + value));
    return name;
  }

  private void mark(Module module, String method, String variable) {
    if (!method.startsWith("forward") || module.path().isEmpty()) {
      return;
    }
    String returns = module.type().methods().get(method).returns();
    // The last call counts, as it does for a hook.
    marks.remove(module.path());
    if (returns.equals(ScriptTypes.TENSOR)) {
      refused.remove(module.path());
      marks.put(
          module.path(),
          new Mark(module.path(), module.type().simpleName(), variable, statements.size()));
    } else {
      refused.put(module.path(), "it gives " + returns + " and no tensor");
    }
  }

  /** One call of a method, with its variables renamed so that they meet no others. */
  private final class Frame {

    private final Module self;
    private final String prefix;
    private final Map<String, String> names;

    Frame(Module self, String prefix, Map<String, String> names) {
      this.self = self;
      this.prefix = prefix;
      this.names = names;
      names.put("self", self.expression());
    }

    /** Writes a method out; returns the text of its result. */
    String run(ScriptMethod method) {
      List<ScriptStatement> body = method.body();
      int last = body.size() - 1;
      if (last < 0 || !body.get(last).isReturn()) {
        throw new IllegalArgumentException(
            "the model's method "
                + self.type().simpleName()
                + "."
                + method.name()
                + " ends without a return");
      }
      body.subList(0, last).forEach(this::statement);
      return value(renamed(body.get(last).text().substring("return".length()).strip()));
    }

    private String renamed(String text) {
      return ScriptWords.replace(text, names);
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
        emit(ScriptStatement.of(callsModule(text) ? value(text) : text));
        return;
      }
      String value = renamed(assignment.value());
      if (assignment.targets().size() == 1 && standsForItself(assignment.targets().get(0), value)) {
        return;
      }
      String computed = callsModule(value) ? value(value) : value;
      String left =
          statement.text().substring(0, statement.text().length() - assignment.value().length());
      assignment.targets().forEach(this::declare);
      emit(ScriptStatement.of(renamedTargets(left, assignment) + computed));
    }

    /** The left side: its type, if one is written, holds no variables. */
    private String renamedTargets(String left, ScriptStatement.Assignment assignment) {
      int end = assignment.type() == null ? left.length() : left.indexOf(" : ");
      return renamed(left.substring(0, end)) + left.substring(end);
    }

    /** A variable for a module or a function is replaced wherever it is used. */
    private boolean standsForItself(String variable, String value) {
      if (FUNCTION.matcher(value).matches() || resolve(value) != null) {
        names.put(variable, value);
        return true;
      }
      return false;
    }

    private void compound(ScriptStatement statement) {
      if (statement.text().startsWith("if ")) {
        String condition = renamed(statement.text().substring(3, statement.text().length() - 1));
        Object known = constants.of(condition);
        if (known instanceof Boolean holds) {
          (holds ? statement.body() : statement.otherwise()).forEach(this::statement);
          return;
        }
        if (raises(statement.body()) && callsModule(statement.otherwise())) {
          guard(condition, statement.body(), List.of(ScriptStatement.of("pass")));
          statement.otherwise().forEach(this::statement);
          return;
        }
        if (raises(statement.otherwise()) && callsModule(statement.body())) {
          guard(condition, List.of(ScriptStatement.of("pass")), statement.otherwise());
          statement.body().forEach(this::statement);
          return;
        }
      }
      statement.assigned().forEach(this::declare);
      emit(statement.map(this::renamed));
    }

    private boolean raises(List<ScriptStatement> block) {
      return block.stream().anyMatch(s -> s.text().startsWith("ops.prim.RaiseException("));
    }

    /** Keeps the check and what it raises, and nothing that the raising branch assigns. */
    private void guard(
        String condition, List<ScriptStatement> body, List<ScriptStatement> otherwise) {
      ScriptStatement whole =
          new ScriptStatement("if x:", onlyRaise(body), onlyRaise(otherwise)).map(this::renamed);
      emit(new ScriptStatement("if " + condition + ":", whole.body(), whole.otherwise()));
    }

    private List<ScriptStatement> onlyRaise(List<ScriptStatement> block) {
      return block.stream()
          .filter(s -> s.text().equals("pass") || s.text().startsWith("ops.prim.RaiseException("))
          .toList();
    }

    private boolean callsModule(List<ScriptStatement> block) {
      for (ScriptStatement statement : block) {
        if (callsModule(renamed(statement.text()))
            || callsModule(statement.body())
            || callsModule(statement.otherwise())) {
          return true;
        }
      }
      return false;
    }

    private boolean callsModule(String text) {
      List<String> words = ScriptWords.of(text);
      for (int i = 0; i < words.size(); i++) {
        if (words.get(i).equals("(")) {
          int close = ScriptWords.closing(words, i);
          if (close + 1 < words.size()
              && words.get(close + 1).equals(".")
              && resolve(String.join("", words.subList(i + 1, close))) != null) {
            return true;
          }
        }
      }
      return false;
    }

    /** Computes every call of an expression into a variable of its own, in the order they run. */
    private String value(String text) {
      List<String> words = ScriptWords.of(text);
      StringBuilder out = new StringBuilder();
      int at = 0;
      while (at < words.size()) {
        String word = words.get(at);
        String primary;
        if ("([{".contains(word)) {
          int close = ScriptWords.closing(words, at);
          primary = word + value(String.join("", words.subList(at + 1, close))) + words.get(close);
          at = close + 1;
        } else {
          primary = word;
          at++;
          if (!ScriptWords.isName(word)) {
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
            int close = ScriptWords.closing(words, at);
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
        int type = ScriptWords.split(inside).get(0).length();
        return callee + "(" + inside.substring(0, type) + value(inside.substring(type)) + ")";
      }
      String arguments = value(inside);
      Matcher method = METHOD.matcher(callee);
      Module module = method.matches() ? resolve(method.group(1)) : null;
      if (module == null) {
        return temporary(callee + "(" + arguments + ")");
      }
      ScriptMethod called = module.type().methods().get(method.group(2));
      if (called == null) {
        throw new IllegalArgumentException(
            "the model's code calls " + callee + ", and its class has no such method");
      }
      String result;
      if (holdsModules(module.type())) {
        result = temporary(inline(module, called, ScriptWords.split(arguments)));
      } else {
        result = temporary(callee + "(" + arguments + ")");
      }
      types.set(result, called.returns());
      mark(module, called.name(), result);
      return result;
    }

    private String inline(Module module, ScriptMethod method, List<String> arguments) {
      Frame frame = new Frame(module, "limelight" + ++frames + "_", new HashMap<>());
      List<ScriptMethod.Parameter> parameters = method.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        ScriptMethod.Parameter parameter = parameters.get(i);
        String given = i < arguments.size() ? arguments.get(i) : parameter.byDefault();
        if (given == null || given.matches("\\w+=(?!=).*")) {
          throw new IllegalArgumentException(
              "the model's code calls " + method.name() + " with arguments in another order");
        }
        String variable = frame.declare(parameter.name());
        emit(ScriptStatement.of(variable + " : " + parameter.type() + " = " + given));
      }
      return frame.run(method);
    }
  }
}
