package dev.limelight.torch.script;

import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the two parts of a model as methods of its class: {@code limelight_features(x)} returns
 * the tensors that cross the cut as one list, the activations first, and {@code
 * limelight_head(cut)} computes the logits from that list. The head works on copies, so that
 * operators that run in place do not change the list.
 */
final class ScriptCut {

  static final String FEATURES = "limelight_features";
  static final String HEAD = "limelight_head";
  static final String WHOLE = "limelight_whole";
  static final String SHAPES = "limelight_shapes";
  static final String THROUGH = "limelight_through";
  static final String BETWEEN = "limelight_between";

  private static final String CUT = "limelight_cut";
  private static final String ACTIVATIONS = "limelight_activations";
  private static final Set<String> SCALARS = Set.of("int", "float", "bool");

  private final ScriptFlow flow;
  private final int position;
  private final String activations;
  private final Map<String, ScriptStatement> recomputed = new LinkedHashMap<>();

  /** The variables that cross the cut, and their types. */
  private final Map<String, String> carried = new LinkedHashMap<>();

  /**
   * Cuts after a module.
   *
   * @throws UnsupportedException if something crosses the cut that cannot be carried
   */
  ScriptCut(ScriptFlow flow, ScriptFlow.Mark mark) {
    this.flow = flow;
    position = mark.position();
    activations = mark.variable();
    alive().forEach(this::carry);
  }

  /** Variables of the first part that the second reads before it assigns them. */
  private Set<String> alive() {
    Set<String> defined = new LinkedHashSet<>();
    flow.parameters().forEach(parameter -> defined.add(parameter.name()));
    for (int i = 0; i < position; i++) {
      defined.addAll(flow.assigned(i));
    }
    Set<String> alive = new LinkedHashSet<>();
    Set<String> assigned = new LinkedHashSet<>(Set.of(activations));
    for (int i = position; i < flow.statements().size(); i++) {
      for (String name : flow.used(i)) {
        if (defined.contains(name) && !assigned.contains(name)) {
          alive.add(name);
        }
      }
      if (!flow.statements().get(i).isCompound()) {
        assigned.addAll(flow.assigned(i));
      }
    }
    return alive;
  }

  private void carry(String variable) {
    if (carried.containsKey(variable)
        || recomputed.containsKey(variable)
        || variable.equals(activations)) {
      return;
    }
    ScriptStatement definition = constant(variable);
    if (definition != null) {
      for (String name : definition.used()) {
        if (flow.types().get(name) != null) {
          carry(name);
        }
      }
      recomputed.put(variable, definition);
      return;
    }
    String type = flow.types().get(variable);
    if (type == null || !carries(type)) {
      throw new UnsupportedException(
          "a value of type "
              + (type == null ? "unknown" : type)
              + " ('"
              + variable
              + "') is needed on both sides of it");
    }
    carried.put(variable, type);
  }

  private static boolean carries(String type) {
    return type.equals(ScriptTypes.TENSOR)
        || type.equals(ScriptTypes.TENSORS)
        || SCALARS.contains(type);
  }

  /** The definition of a variable that can be computed again: no call, no tensor. */
  private @Nullable ScriptStatement constant(String variable) {
    ScriptStatement found = null;
    for (int i = 0; i < position; i++) {
      if (flow.assigned(i).contains(variable)) {
        if (found != null || flow.statements().get(i).isCompound()) {
          return null;
        }
        found = flow.statements().get(i);
      }
    }
    ScriptStatement.Assignment assignment = found == null ? null : found.assignment();
    if (assignment == null || assignment.targets().size() > 1) {
      return null;
    }
    String value = assignment.value();
    String type = flow.types().get(variable);
    boolean attribute = value.startsWith("self.") || value.startsWith("getattr(");
    boolean literal =
        !value.contains("(") && ScriptTokens.names(value).stream().allMatch(this::isScalar);
    return attribute && !value.contains(").forward")
            || value.startsWith("CONSTANTS.")
            || value.startsWith("uninitialized(")
            || literal && !ScriptTypes.TENSORS.equals(type)
        ? found
        : null;
  }

  private boolean isScalar(String name) {
    return Set.of("True", "False", "None").contains(name)
        || SCALARS.contains(String.valueOf(flow.types().get(name)));
  }

  /** The text of both methods. */
  String methods(String type) {
    StringBuilder out = new StringBuilder();
    flow.writeHead(out, FEATURES, type, ScriptTypes.TENSORS);
    flow.statements().subList(0, position).forEach(statement -> statement.write(out, "    "));
    line(out, CUT + " = [" + activations + "]");
    List<String> lists = new ArrayList<>();
    for (Map.Entry<String, String> entry : carried.entrySet()) {
      String variable = entry.getKey();
      String carriedType = entry.getValue();
      if (carriedType.equals(ScriptTypes.TENSORS)) {
        lists.add(variable);
        append(out, "ops.prim.NumToTensor(torch.len(" + variable + "))");
      } else if (carriedType.equals(ScriptTypes.TENSOR)) {
        append(out, variable);
        append(
            out,
            "ops.prim.NumToTensor(int(torch.is_set_to(" + variable + ", " + activations + ")))");
      } else {
        append(
            out,
            "ops.prim.NumToTensor("
                + (carriedType.equals("bool") ? "int(" + variable + ")" : variable)
                + ")");
      }
    }
    for (String list : lists) {
      line(out, "for limelight_item in " + list + ":");
      line(out, "  torch.append(" + CUT + ", limelight_item)");
    }
    line(out, "return " + CUT);
    writeHeadPart(out, type);
    return out.toString();
  }

  private static void append(StringBuilder out, String value) {
    line(out, "torch.append(" + CUT + ", " + value + ")");
  }

  boolean carriesNothing() {
    return carried.isEmpty();
  }

  private void writeStart(StringBuilder out, String name, String type, String returns) {
    out.append("  def ").append(name).append("(self: ").append(type).append(",\n    ");
    out.append(CUT).append(": List[Tensor]) -> ").append(returns).append(":\n");
    line(out, ACTIVATIONS + " = torch.clone(" + CUT + "[0])");
    line(out, activations + " = " + ACTIVATIONS);
  }

  /** A method from a list with this module's output, which everything passes, to a later one's. */
  String between(ScriptFlow.Mark later, String type) {
    StringBuilder out = new StringBuilder();
    writeStart(out, BETWEEN, type, ScriptTypes.TENSORS);
    recomputed.values().forEach(statement -> statement.write(out, "    "));
    flow.statements()
        .subList(position, later.position())
        .forEach(statement -> statement.write(out, "    "));
    line(out, "return [" + later.variable() + "]");
    return out.toString();
  }

  private void writeHeadPart(StringBuilder out, String type) {
    writeStart(out, HEAD, type, ScriptTypes.TENSOR);
    int at = 1;
    for (Map.Entry<String, String> entry : carried.entrySet()) {
      String variable = entry.getKey();
      String carriedType = entry.getValue();
      if (carriedType.equals(ScriptTypes.TENSORS)) {
        line(out, "limelight_length_" + variable + " = int(" + CUT + "[" + at++ + "])");
      } else if (carriedType.equals(ScriptTypes.TENSOR)) {
        // What was changed in place is the same tensor under two names.
        line(out, "if bool(" + CUT + "[" + (at + 1) + "]):");
        line(out, "  " + variable + " = " + ACTIVATIONS);
        line(out, "else:");
        line(out, "  " + variable + " = torch.clone(" + CUT + "[" + at + "])");
        at += 2;
      } else {
        line(out, variable + " = " + carriedType + "(" + CUT + "[" + at++ + "])");
      }
    }
    String start = String.valueOf(at);
    for (Map.Entry<String, String> entry : carried.entrySet()) {
      String variable = entry.getKey();
      if (entry.getValue().equals(ScriptTypes.TENSORS)) {
        String end = "torch.add(" + start + ", limelight_length_" + variable + ")";
        line(out, variable + " = annotate(List[Tensor], [])");
        line(out, "for limelight_index in range(limelight_length_" + variable + "):");
        line(
            out,
            "  torch.append("
                + variable
                + ", torch.clone("
                + CUT
                + "[torch.add("
                + start
                + ", limelight_index)]))");
        start = end;
      }
    }
    recomputed.values().forEach(statement -> statement.write(out, "    "));
    flow.statements()
        .subList(position, flow.statements().size())
        .forEach(statement -> statement.write(out, "    "));
    line(out, "return " + flow.logits());
  }

  private static void line(StringBuilder out, String text) {
    out.append("    ").append(text).append('\n');
  }

  /** A method that returns the logits of a copy of the picture, as operators may run in place. */
  static String whole(ScriptFlow flow, String type) {
    StringBuilder out = new StringBuilder();
    flow.writeHead(out, WHOLE, type, ScriptTypes.TENSOR);
    String picture = flow.parameters().get(0).name();
    line(out, picture + " = torch.clone(" + picture + ")");
    flow.statements().forEach(statement -> statement.write(out, "    "));
    line(out, "return " + flow.logits());
    return out.toString();
  }

  /** A method that returns copies of the outputs of modules, as operators may run in place. */
  static String through(ScriptFlow flow, List<ScriptFlow.Mark> marks, String type) {
    StringBuilder out = new StringBuilder();
    flow.writeHead(out, THROUGH, type, ScriptTypes.TENSORS);
    String picture = flow.parameters().get(0).name();
    line(out, picture + " = torch.clone(" + picture + ")");
    line(out, "limelight_all = annotate(List[Tensor], [])");
    int done = 0;
    for (ScriptFlow.Mark mark : marks) {
      flow.statements()
          .subList(done, mark.position())
          .forEach(statement -> statement.write(out, "    "));
      line(out, "torch.append(limelight_all, torch.clone(" + mark.variable() + "))");
      done = mark.position();
    }
    line(out, "return limelight_all");
    return out.toString();
  }

  /** A method that runs the model once and gives the shape of every module's output, in order. */
  static String shapes(ScriptFlow flow, String type) {
    StringBuilder out = new StringBuilder();
    flow.writeHead(out, SHAPES, type, ScriptTypes.TENSORS);
    line(out, "limelight_all = annotate(List[Tensor], [])");
    Map<Integer, List<ScriptFlow.Mark>> at =
        flow.marks().stream().collect(Collectors.groupingBy(ScriptFlow.Mark::position));
    for (int i = 0; i < flow.statements().size(); i++) {
      flow.statements().get(i).write(out, "    ");
      for (ScriptFlow.Mark mark : at.getOrDefault(i + 1, List.of())) {
        line(out, "torch.append(limelight_all, torch.tensor(torch.size(" + mark.variable() + ")))");
      }
    }
    line(out, "return limelight_all");
    return out.toString();
  }
}
