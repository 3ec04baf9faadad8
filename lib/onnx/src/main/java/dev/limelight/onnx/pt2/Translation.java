package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.onnx.pt2.Memory.Cell;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the nodes of an exported graph as nodes of ONNX. */
final class Translation {

  private static final String HIGHER_ORDER = "torch.ops.higher_order.wrap_with_";

  private static final int DEEPEST = 8;

  private final AtenRuleBook rules = AtenRuleBook.installed();
  private final GraphWriter writer;

  Translation(GraphWriter writer) {
    this.writer = writer;
  }

  /** Writes all nodes; their results are put into the scope. */
  void write(ExportGraph graph, Scope scope) {
    write(graph.nodes(), scope, 0);
  }

  private void write(List<ExportNode> nodes, Scope scope, int depth) {
    for (ExportNode node : nodes) {
      for (String output : node.outputs()) {
        if (!output.isEmpty() && scope.has(output)) {
          throw Json.malformed("two nodes make '" + output + "'");
        }
      }
      if (node.operator().equals(ExportNode.LAYER)) {
        writer.layer(Memory.read(input(node, scope)), node.name());
      } else if (node.operator().startsWith(HIGHER_ORDER)) {
        writeInner(node, scope, depth);
      } else {
        write(node, scope);
      }
    }
  }

  private void write(ExportNode node, Scope scope) {
    List<String> results = run(node, scope, null);
    String operator = node.operator();
    if (AtenRuleBook.isInPlace(operator)) {
      Cell changed = input(node, scope);
      if (!results.get(0).equals(Memory.read(changed))) {
        Memory.write(changed, results.get(0), node.name());
      }
      scope.put(node.outputs().get(0), changed);
      return;
    }
    ViewRule view = rules.view(operator);
    boolean copy = view != null && isCopy(node, scope);
    for (int i = 0; i < node.outputs().size(); i++) {
      String output = node.outputs().get(i);
      if (output.isEmpty() || results.get(i).isEmpty()) {
        continue;
      }
      Cell cell = Memory.own(results.get(i));
      if (view != null && !copy) {
        Cell of = input(node, scope);
        cell =
            results.get(i).equals(Memory.read(of))
                ? of
                : Memory.view(results.get(i), of, origin(node, scope, view, i));
      }
      scope.put(output, cell);
    }
  }

  /** Runs a rule; the tensors of its results. */
  private List<String> run(ExportNode node, Scope scope, @Nullable List<String> names) {
    AtenRule rule = rules.rule(node.operator());
    if (rule == null) {
      throw new UnsupportedException(
          "it has the operator "
              + node.described()
              + ", which is not read; export the model as ONNX by torch.onnx.export instead");
    }
    writer.begin(node);
    Call call = new Call(node, scope, writer);
    rule.translate(call, writer);
    List<String> results = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      String given = call.given(i);
      boolean named = names == null && given != null && !node.outputs().get(i).isEmpty();
      results.add(
          named
              ? writer.named(Objects.requireNonNull(given), node.outputs().get(i))
              : Objects.requireNonNullElse(given, ""));
    }
    return results;
  }

  private static Cell input(ExportNode node, Scope scope) {
    JsonElement first = node.arguments().values().iterator().next();
    return scope.cell(ExportGraph.names(first).get(0));
  }

  private boolean isCopy(ExportNode node, Scope scope) {
    if (!rules.mayCopy(node.operator())) {
      return false;
    }
    JsonElement first = node.arguments().values().iterator().next();
    TensorMeta input = scope.meta(ExportGraph.names(first).get(0));
    TensorMeta output = scope.meta(node.outputs().get(0));
    // Those that keep the shape give the input itself, or a copy of another type or layout.
    boolean sameShape = input.sizes().equals(output.sizes());
    return input.type() != output.type()
        || sameShape && !input.strides().equals(output.strides())
        || new Call(node, scope, writer).flag("copy", false);
  }

  private Memory.Origin origin(ExportNode node, Scope scope, ViewRule view, int output) {
    JsonElement first = node.arguments().values().iterator().next();
    boolean uncertain =
        rules.mayCopy(node.operator()) && !scope.meta(ExportGraph.names(first).get(0)).isRowMajor();
    return new Memory.Origin() {
      @Override
      public String again() {
        return run(node, scope, List.of()).get(output);
      }

      @Override
      public String writtenBack(String part) {
        writer.begin(node);
        return view.written(new Call(node, scope, writer), writer, part);
      }

      @Override
      public boolean mayBeCopy() {
        return uncertain;
      }
    };
  }

  /** A graph that is run with another setting, such as without gradients. */
  private void writeInner(ExportNode node, Scope scope, int depth) {
    if (depth == DEEPEST) {
      throw Json.malformed("more than " + DEEPEST + " graphs lie in one another");
    }
    ExportGraph inner = null;
    List<String> given = new ArrayList<>();
    for (JsonElement argument : node.arguments().values()) {
      Map.Entry<String, JsonElement> choice = Json.choice(argument);
      if (choice.getKey().equals("as_graph")) {
        JsonObject graph = Json.object(choice.getValue());
        inner = ExportGraph.of(Json.object(graph, "graph"));
      } else if (inner != null) {
        given.addAll(ExportGraph.names(argument));
      }
    }
    if (inner == null || inner.inputs().size() != given.size()) {
      throw Json.malformed("the graph in '" + node.name() + "' has other inputs than it is given");
    }
    Scope inside = new Scope(inner.tensors());
    for (int i = 0; i < given.size(); i++) {
      inside.put(inner.inputs().get(i), scope.cell(given.get(i)));
    }
    write(inner.nodes(), inside, depth + 1);
    for (int i = 0; i < node.outputs().size(); i++) {
      scope.put(node.outputs().get(i), inside.cell(inner.outputs().get(i)));
    }
  }
}
