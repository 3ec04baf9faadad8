package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final Map<String, Integer> numbers = new HashMap<>();
  private final ScriptMethod forward;
  private final ScriptResult result;
  private final ScriptOutput output;
  private final boolean operators;
  private final Set<String> ofPicture = new HashSet<>();
  private int frames;
  private int temporaries;

  /**
   * The flow of a model, which is cut at its operators if it has no modules: {@code
   * torch.jit.freeze} takes them away.
   *
   * @param top the class of the whole model
   * @param values its attributes, modules among them, as far as they are known
   * @param output the index of the output that is explained
   * @throws UnsupportedException if the code is not as TorchScript writes it
   */
  static ScriptFlow of(ScriptCode code, ScriptClass top, PythonDict values, int output) {
    ScriptFlow flow = new ScriptFlow(code, top, values, output, null, false);
    return flow.marks.isEmpty() && flow.refused.isEmpty()
        ? new ScriptFlow(code, top, values, output, null, true)
        : flow;
  }

  /**
   * The flow in which each ReLU has a separate statement, so that modules and functions around them
   * are inlined.
   */
  static ScriptFlow of(
      ScriptCode code, ScriptClass top, PythonDict values, int output, ScriptRelus relus) {
    return new ScriptFlow(code, top, values, output, relus, false);
  }

  /** The flow in which all modules and functions are inlined, down to PyTorch's operators. */
  static ScriptFlow writtenOut(ScriptCode code, ScriptClass top, PythonDict values, int output) {
    boolean operators = of(code, top, values, output).operators;
    ScriptRelus all = ScriptRelus.ofEverything(code);
    return new ScriptFlow(code, top, values, output, all, operators);
  }

  private ScriptFlow(
      ScriptCode code,
      ScriptClass top,
      PythonDict values,
      int chosen,
      @Nullable ScriptRelus relus,
      boolean operators) {
    this.code = code;
    this.relus = relus;
    this.operators = operators;
    modules = new ScriptModules(code);
    types = new ScriptTypes(code, modules);
    constants = new ScriptConstants(modules::attribute);
    ScriptMethod method = top.methods().get("forward");
    if (method == null) {
      throw new UnsupportedException(
          "the model's class " + top.simpleName() + " has no method forward; it cannot be run");
    }
    forward = method;
    checkParameters();
    ScriptModules.Module model = modules.add("", "self", top, values);
    ofPicture.add(forward.parameters().get(0).name());
    Map<String, String> names = new HashMap<>();
    for (ScriptMethod.Parameter parameter : forward.parameters()) {
      names.put(parameter.name(), parameter.name());
      types.set(parameter.name(), parameter.type());
    }
    String returned = new ScriptFrame(this, model, "", names).run(forward);
    ScriptRandom.refuse(statements, modules);
    result = ScriptResult.of(statements, types, code, returned, forward.returns());
    output = ScriptOutput.of(statements, modules, result.text(chosen));
    // Nothing would follow the logits.
    for (Mark mark : marks()) {
      if (mark.position() > output.position()) {
        marks.remove(mark.path());
        refused.put(mark.path(), "it gives the logits, and nothing follows it");
      }
    }
  }

  /** A picture network takes a tensor; what else it takes has a default. */
  private void checkParameters() {
    List<ScriptMethod.Parameter> all = forward.parameters();
    boolean tensor = !all.isEmpty() && all.get(0).type().equals(ScriptTypes.TENSOR);
    if (!tensor || all.stream().skip(1).anyMatch(other -> other.defaultValue() == null)) {
      throw new UnsupportedException(
          "a picture network takes one tensor, and this one takes "
              + all.stream()
                  .map(each -> Names.printable(each.name() + ": " + each.type()))
                  .collect(Collectors.joining(", ", "(", ")"))
              + "; give the others defaults in a module around it");
    }
  }

  ScriptOutput output() {
    return output;
  }

  /** The operator that ranks the classes and cannot be left out, or null. */
  @Nullable String ranking() {
    int end = Math.min(output.position() + 1, statements.size());
    return ScriptRanking.before(statements.subList(0, end), output.logits(), modules, code);
  }

  /**
   * What it does to the places of the picture; a sentence each.
   *
   * @param order of the picture's dimensions, such as "NCHW"
   */
  List<String> orientation(String order) {
    String picture = forward.parameters().get(0).name();
    return ScriptOrientation.notes(statements, picture, order, modules, code);
  }

  /** The outputs, of which one is explained. */
  List<OutputRule.Candidate> candidates() {
    return result.candidates(statements, modules);
  }

  /** The text of the output that is explained, after its activation. */
  String result(int index) {
    return result.text(index);
  }

  /** The text of the logits. */
  String logits() {
    return output.logits();
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
    return operators || modules.calledIn(text) || relus != null && relus.mayBeIn(text);
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
    if (statement.used().stream().anyMatch(ofPicture::contains)) {
      ofPicture.addAll(statement.assigned());
    }
  }

  /** Computes a value into a new variable. */
  String temporary(String value) {
    String name = "limelight_t" + temporaries++;
    emit(ScriptStatement.of(name + " = " + value));
    if (operators && ofPicture.contains(name) && ScriptTypes.TENSOR.equals(types.get(name))) {
      markOperator(name, value);
    }
    return name;
  }

  /** Notes the output of an operator, which is named by its kind and a number from 1. */
  private void markOperator(String variable, String value) {
    String kind = value.substring(0, value.indexOf('(')).replaceFirst(".*\\.", "");
    int number = numbers.merge(kind, 1, Integer::sum);
    String path = kind + "_" + number;
    marks.put(path, new Mark(path, kind, variable, statements.size()));
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
