package dev.limelight.torch.script;

import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.PythonDict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a TorchScript model as one list of statements. Modules that contain others
 * are inlined, and nested calls are split in the order in which they run, so that the output of
 * every module is a variable of that list, and the model can be cut between any two statements.
 * Modules without sub-modules stay calls. The model is in inference mode: code that runs only in
 * training is left out.
 */
final class ScriptFlow {

  /**
   * The output of a module.
   *
   * @param path the path of the module, such as {@code features.7}
   * @param kind its class
   * @param variable the variable that holds its output
   * @param position the number of statements before it
   */
  record Mark(String path, String kind, String variable, int position) {}

  private static final int MAX_STATEMENTS = 200_000;

  private final ScriptCode code;
  private final @Nullable ScriptRelus relus;
  private final ScriptModules modules;
  private final ScriptTypes types;
  private final ScriptConstants constants;
  private final List<ScriptStatement> statements = new ArrayList<>();
  private final List<Set<String>> assigned = new ArrayList<>();
  private final List<Set<String>> used = new ArrayList<>();
  private final Map<String, Mark> marks = new LinkedHashMap<>();
  private final Map<String, String> refused = new LinkedHashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private final ScriptMethod forward;
  private final ScriptOutput output;
  private int frames;
  private int temporaries;

  /**
   * @param top the class of the whole model
   * @param values its attributes, modules among them, as far as they are known
   * @throws UnsupportedException if the code is not as TorchScript writes it
   */
  ScriptFlow(ScriptCode code, ScriptClass top, PythonDict values) {
    this(code, top, values, null);
  }

  /**
   * @param relus the ReLUs, which then have separate statements, so that modules and functions
   *     around them are inlined; or null
   */
  ScriptFlow(ScriptCode code, ScriptClass top, PythonDict values, @Nullable ScriptRelus relus) {
    this.code = code;
    this.relus = relus;
    modules = new ScriptModules(code);
    types = new ScriptTypes(code, modules);
    constants = new ScriptConstants(modules::attribute);
    ScriptMethod method = top.methods().get("forward");
    if (method == null) {
      throw new UnsupportedException(
          "the model's class " + top.simpleName() + " has no method forward; it cannot be run");
    }
    forward = method;
    ScriptModules.Module model = modules.add("", "self", top, values);
    Map<String, String> names = new HashMap<>();
    for (ScriptMethod.Parameter parameter : forward.parameters()) {
      names.put(parameter.name(), parameter.name());
      types.set(parameter.name(), parameter.type());
    }
    String result = new ScriptFrame(this, model, "", names).run(forward);
    output = ScriptOutput.of(statements, modules, result);
    if (!forward.returns().equals(ScriptTypes.TENSOR)
        && !ScriptTypes.TENSOR.equals(types.element(forward.returns(), 0))) {
      throw new UnsupportedException(
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

  /**
   * The first line of a method with the first parameter of forward; the others have their defaults.
   */
  void writeHead(StringBuilder out, String name, String type, String returns) {
    ScriptMethod.Parameter picture = forward.parameters().get(0);
    out.append("  def ").append(name).append("(self: ").append(type).append(",\n    ");
    out.append(picture.name()).append(": ").append(picture.type());
    out.append(") -> ").append(returns).append(":\n");
    for (ScriptMethod.Parameter other :
        forward.parameters().subList(1, forward.parameters().size())) {
      out.append("    ").append(other.name()).append(" : ").append(other.type());
      out.append(" = ").append(other.defaultValue()).append('\n');
    }
  }

  /** The outputs of modules, in the order of computation. */
  List<Mark> marks() {
    return List.copyOf(marks.values());
  }

  /** The number of statements up to the end of each module's last call, whatever it gives. */
  Map<String, Integer> calls() {
    return calls;
  }

  /**
   * The output of a module.
   *
   * @throws UnsupportedException if it has none; the message says why
   * @throws NoSuchElementException if there is no such module
   */
  Mark mark(String path) {
    Mark mark = marks.get(path);
    if (mark != null) {
      return mark;
    }
    if (modules.has(path)) {
      throw new UnsupportedException(
          refused.getOrDefault(path, "it is called inside a condition or a loop, or not at all"));
    }
    throw new NoSuchElementException("there is no module " + path);
  }

  List<ScriptMethod.Parameter> parameters() {
    return forward.parameters();
  }

  ScriptTypes types() {
    return types;
  }

  ScriptModules modules() {
    return modules;
  }

  ScriptConstants constants() {
    return constants;
  }

  /** Whether a text has calls that need separate statements. */
  boolean splitsCalls(String text) {
    return modules.calledIn(text) || relus != null && relus.mayBeIn(text);
  }

  /** Whether the methods of a module are inlined. */
  boolean opens(ScriptClass type) {
    return modules.holdsModules(type) || relus != null && relus.mayBeIn(type);
  }

  /** The function that is inlined, or null. */
  @Nullable ScriptMethod opened(String callee) {
    return relus != null && relus.mayBeIn(callee) ? code.function(callee) : null;
  }

  /** A prefix for the names of the variables of another call. */
  String newPrefix() {
    return "limelight" + ++frames + "_";
  }

  void emit(ScriptStatement statement) {
    if (statements.size() >= MAX_STATEMENTS) {
      throw new UnsupportedException(
          "the model's code grows beyond " + MAX_STATEMENTS + " statements when it is written out");
    }
    statements.add(statement);
    assigned.add(statement.assigned());
    used.add(statement.used());
    types.learn(statement);
    constants.learn(statement);
  }

  /** Computes a value into a new variable. */
  String temporary(String value) {
    String name = "limelight_t" + temporaries++;
    emit(ScriptStatement.of(name + " = " + value));
    return name;
  }

  /** Notes the output of a call. */
  void mark(ScriptModules.Module module, ScriptMethod method, String variable) {
    if (!method.name().startsWith("forward") || module.path().isEmpty()) {
      return;
    }
    calls.put(module.path(), statements.size());
    String returns = method.returns();
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
}
