package dev.limelight.onnx.torchscript;

import dev.limelight.io.Names;
import dev.limelight.onnx.pt2.ExportGraph;
import dev.limelight.onnx.pt2.ScalarType;
import dev.limelight.onnx.torchscript.Value.Many;
import dev.limelight.onnx.torchscript.Value.Nothing;
import dev.limelight.onnx.torchscript.Value.Real;
import dev.limelight.onnx.torchscript.Value.Tensor;
import dev.limelight.onnx.torchscript.Value.Text;
import dev.limelight.onnx.torchscript.Value.Truth;
import dev.limelight.onnx.torchscript.Value.Whole;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.script.ScriptProgram;
import dev.limelight.torch.script.ScriptProgram.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows the code of a program for pictures of several sizes at once, without numbers, and records
 * the operators that it calls. What differs between the pictures is computed in the graph.
 */
final class Recorder {

  /**
   * The graph of a program.
   *
   * @param graph its nodes, and the layers among them
   * @param picture the name of its input
   * @param weights the tensors of the archive that it reads, by name
   * @param output the name of its result
   */
  record Recorded(ExportGraph graph, String picture, Map<String, Stored> weights, String output) {}

  private final ScriptProgram program;
  private final Expressions expressions;
  private final int pictures;
  private final Numbers numbers;
  private final Map<String, Value> variables = new HashMap<>();
  private final GraphRecord graph;
  private final Map<String, Whole> lengths = new HashMap<>();
  private int done;

  /**
   * @param pictures the shapes of the pictures, (N, C, H, W)
   */
  Recorder(ScriptProgram program, Expressions expressions, List<long[]> pictures) {
    this.program = program;
    this.expressions = expressions;
    this.pictures = pictures.size();
    graph = new GraphRecord(this.pictures);
    numbers = new Numbers(this.pictures, graph);
    Tensor picture = new Tensor(program.picture(), ScalarType.FLOAT32, pictures, true);
    graph.add(picture);
    variables.put(program.picture(), picture);
    program
        .defaults()
        .forEach((name, text) -> variables.put(name, value(ExpressionParser.of(text))));
  }

  /** The number of statements that were followed. */
  int done() {
    return done;
  }

  /**
   * Follows the program.
   *
   * @throws UnsupportedException if an operator has no translation, or the pictures do not fit
   */
  Recorded recorded() {
    List<ScriptProgram.Line> lines = expressions.lines();
    Map<Integer, List<ScriptProgram.Layer>> layers = expressions.layers();
    for (int i = 0; i <= lines.size(); i++) {
      layers.getOrDefault(i, List.of()).forEach(this::layer);
      if (i < lines.size()) {
        run(lines.get(i));
        done++;
      }
    }
    if (!(value(ExpressionParser.of(program.result())) instanceof Tensor output)) {
      throw new UnsupportedException("it gives no tensor");
    }
    return new Recorded(
        graph.finished(program.picture(), output.name()),
        program.picture(),
        graph.weights(),
        output.name());
  }

  private void layer(ScriptProgram.Layer layer) {
    if (variables.get(layer.variable()) instanceof Tensor tensor) {
      graph.layer(layer.path(), tensor);
    }
  }

  private void run(ScriptProgram.Line line) {
    String text = line.value();
    if (!line.body().isEmpty()) {
      if (!text.startsWith("if ")) {
        throw new UnsupportedException("its code has a loop, '" + Names.printable(text) + "'");
      }
      boolean holds = Numbers.truth(value(expressions.of(text.substring(3, text.length() - 1))));
      (holds ? line.body() : line.otherwise()).forEach(this::run);
      return;
    }
    if (text.equals("pass")) {
      return;
    }
    Value value = value(expressions.of(text));
    if (!line.apart()) {
      line.targets().forEach(target -> variables.put(target, value));
      return;
    }
    if (!(value instanceof Many many) || many.items().size() != line.targets().size()) {
      throw new UnsupportedException("its code takes apart what has other parts");
    }
    for (int i = 0; i < line.targets().size(); i++) {
      variables.put(line.targets().get(i), many.items().get(i));
    }
  }

  private Value value(Expression expression) {
    if (expression instanceof Expression.Word word) {
      return word(word.text());
    }
    if (expression instanceof Expression.Literal literal) {
      String text = literal.text();
      return text.matches("-?\\d+")
          ? numbers.known(Long.parseLong(text))
          : new Real(Double.parseDouble(text));
    }
    if (expression instanceof Expression.Quoted quoted) {
      return new Text(quoted.value());
    }
    if (expression instanceof Expression.Items items) {
      // Code may append to it.
      List<Value> values = new ArrayList<>();
      items.items().forEach(item -> values.add(value(item)));
      return new Many(values);
    }
    if (expression instanceof Expression.Element element) {
      Value of = value(element.of());
      Value index = value(element.index());
      return of instanceof Tensor && index instanceof Whole
          ? graph.operator("select", List.of(of, numbers.known(0), index), List.of())
          : Numbers.element(of, index);
    }
    return expression instanceof Expression.Invocation call ? called(call) : attribute(expression);
  }

  private Value word(String word) {
    Value known = variables.get(word);
    if (known != null) {
      return known;
    }
    return switch (word) {
      case "True", "False" -> new Truth(word.equals("True"));
      case "None" -> Value.NOTHING;
      default ->
          throw new UnsupportedException(
              "its code uses '" + Names.printable(word) + "', which has no value");
    };
  }

  private Value attribute(Expression expression) {
    return converted(expression.text(), program.attribute(expression.text()));
  }

  private Value converted(String text, @Nullable Object value) {
    if (value instanceof Stored stored) {
      return stored(text, stored);
    }
    if (value instanceof Boolean truth) {
      return new Truth(truth);
    }
    if (value instanceof Number number) {
      return number instanceof Double || number instanceof Float
          ? new Real(number.doubleValue())
          : numbers.known(number.longValue());
    }
    if (value instanceof String word) {
      return new Text(word);
    }
    if (value instanceof Object[] tuple) {
      return converted(text, Arrays.asList(tuple));
    }
    if (value instanceof List<?> list) {
      List<Value> items = new ArrayList<>();
      list.forEach(item -> items.add(converted(text, item)));
      return new Many(items);
    }
    if (value == null && program.path(text) != null) {
      return Value.NOTHING;
    }
    throw new UnsupportedException(
        "its code uses '" + Names.printable(text) + "', whose value is not read");
  }

  private Value stored(String text, Stored stored) {
    TensorView view = stored.view();
    if (view.shape().length == 0 && view.type().isInteger()) {
      try {
        return numbers.known(program.tensor(stored).toLongArray()[0]);
      } catch (IOException e) {
        throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
      }
    }
    String path = program.path(text);
    String name = path == null ? text : GraphRecord.MODEL + path.replaceAll("[^\\w.]", "_");
    if (!name.matches("[\\w.]{1,400}")) {
      throw new UnsupportedException("its code uses '" + Names.printable(text) + "' as a tensor");
    }
    ScalarType type = ScalarType.valueOf(view.type().name());
    List<long[]> shapes = new ArrayList<>();
    for (int k = 0; k < pictures; k++) {
      shapes.add(view.shape());
    }
    Tensor tensor = new Tensor(name, type, shapes, view.isContiguous());
    graph.add(tensor, stored);
    return tensor;
  }

  private Value called(Expression.Invocation call) {
    String callee = call.callee().text();
    if (callee.equals("getattr")) {
      return attribute(call);
    }
    if (callee.equals("uninitialized")) {
      return Value.NOTHING;
    }
    String name = callee.replaceFirst("^(torch|ops\\.prim|ops\\.aten)\\.", "");
    if (!name.matches("\\w+")) {
      throw new UnsupportedException(
          "its code calls '" + Names.printable(callee) + "', which is not read");
    }
    if (name.equals("annotate") || name.equals("unchecked_cast")) {
      return value(call.arguments().get(1));
    }
    List<Value> values = call.arguments().stream().map(this::value).toList();
    if (name.equals("RaiseException")) {
      throw new UnsupportedException("its code refuses such a picture");
    }
    if (name.equals("format") || name.equals("warn")) {
      return new Text("");
    }
    Value found = values.isEmpty() ? null : ofTensor(name, values);
    if (found == null && values.stream().noneMatch(Recorder::hasTensor)) {
      found = numbers.of(name, values);
    }
    return found == null ? graph.operator(name, values, call.names()) : found;
  }

  private static boolean hasTensor(Value value) {
    return value instanceof Tensor
        || value instanceof Many many && many.items().stream().anyMatch(Recorder::hasTensor);
  }

  /** What is asked of a tensor beside its numbers, or null. */
  private @Nullable Value ofTensor(String name, List<Value> values) {
    if (name.equals("__is__") || name.equals("__isnot__")) {
      boolean same = values.get(0) instanceof Nothing && values.get(1) instanceof Nothing;
      return new Truth(same == name.equals("__is__"));
    }
    if (name.equals("__getitem__") && values.get(0) instanceof Many) {
      return Numbers.element(values.get(0), values.get(1));
    }
    if (name.equals("append") && values.get(0) instanceof Many many && values.size() == 2) {
      many.items().add(values.get(1));
      return many;
    }
    if (name.equals("len") && values.get(0) instanceof Many many) {
      return numbers.known(many.items().size());
    }
    if (!(values.get(0) instanceof Tensor tensor)) {
      return null;
    }
    switch (name) {
      case "size":
        return values.size() > 1 ? size(tensor, values.get(1)) : new Many(sizes(tensor));
      case "len":
        return size(tensor, numbers.known(0));
      case "dim":
        return numbers.known(tensor.rank());
      case "numel":
        return numel(tensor);
      case "dtype":
        return numbers.known(ResultTypes.code(tensor.type()));
      case "device":
        return new Text("cpu");
      case "is_floating_point":
        return new Truth(tensor.type().isReal());
      default:
        return null;
    }
  }

  private List<Value> sizes(Tensor tensor) {
    List<Value> sizes = new ArrayList<>();
    for (int i = 0; i < tensor.rank(); i++) {
      sizes.add(size(tensor, numbers.known(i)));
    }
    return sizes;
  }

  private Whole size(Tensor tensor, Value dimension) {
    int rank = tensor.rank();
    double wanted = Numbers.real(dimension);
    int axis = (int) (wanted < 0 ? wanted + rank : wanted);
    if (axis < 0 || axis >= rank) {
      throw new UnsupportedException("its code asks for a dimension that a tensor does not have");
    }
    long[] found = tensor.lengths(axis);
    if (Arrays.stream(found).allMatch(length -> length == found[0])) {
      return new Whole(found, "");
    }
    return lengths.computeIfAbsent(
        tensor.name() + " " + axis,
        key -> {
          Map<String, Value> arguments = new LinkedHashMap<>();
          arguments.put("self", tensor);
          arguments.put("dim", numbers.known(axis));
          return new Whole(found, graph.number("sym_size.int", arguments));
        });
  }

  private Whole numel(Tensor tensor) {
    Whole all = numbers.known(1);
    for (Value size : sizes(tensor)) {
      all = (Whole) Objects.requireNonNull(numbers.of("mul", List.of(all, size)));
    }
    return all;
  }
}
