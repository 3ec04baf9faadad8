package dev.limelight.onnx.torchscript;

import dev.limelight.io.Names;
import dev.limelight.onnx.pt2.ExportGraph;
import dev.limelight.onnx.pt2.ExportNode;
import dev.limelight.onnx.pt2.TensorMeta;
import dev.limelight.onnx.torchscript.Value.Many;
import dev.limelight.onnx.torchscript.Value.Tensor;
import dev.limelight.onnx.torchscript.Value.Whole;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.ScriptProgram.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The graph that is recorded: a node for each operator, with the shapes of its results. */
final class GraphRecord implements Numbers.Computed {

  /** Those whose result lies in memory as a part of their input, or in another order. */
  private static final Set<String> OTHER_ORDER =
      Set.of(
          "permute",
          "transpose",
          "swapaxes",
          "t",
          "numpy_T",
          "expand",
          "expand_as",
          "slice",
          "select",
          "narrow",
          "unbind",
          "chunk",
          "split",
          "split_with_sizes",
          "tensor_split");

  /** Begins the names of the model's own tensors. */
  static final String MODEL = "self.";

  private final int pictures;
  private final List<ExportNode> nodes = new ArrayList<>();
  private final Map<String, TensorMeta> metas = new HashMap<>();
  private final Map<String, Stored> weights = new LinkedHashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /** A graph of no nodes, for so many pictures at once. */
  GraphRecord(int pictures) {
    this.pictures = pictures;
  }

  /** Adds a tensor that no node computes. */
  void add(Tensor tensor) {
    metas.put(tensor.name(), tensor.meta());
  }

  /** Adds a tensor of the archive. */
  void add(Tensor tensor, Stored stored) {
    add(tensor);
    weights.put(tensor.name(), stored);
  }

  /** Marks a tensor as the output of a layer. */
  void layer(String path, Tensor tensor) {
    nodes.add(ExportNode.layer(path, tensor.name()));
  }

  /** The tensors of the archive that it reads, by name. */
  Map<String, Stored> weights() {
    return weights;
  }

  /** The whole graph, from its input to its output. */
  ExportGraph finished(String input, String output) {
    return new ExportGraph(List.of(input), nodes, metas, List.of(output));
  }

  @Override
  public String number(String operator, Whole a, Whole b) {
    Map<String, Value> arguments = new LinkedHashMap<>();
    arguments.put("a", a);
    arguments.put("b", b);
    return number(operator, arguments);
  }

  /** Adds a node that computes a number, and gives its name. */
  String number(String operator, Map<String, Value> arguments) {
    String name = newName(operator.replaceAll("^_operator\\.|\\..*", ""));
    nodes.add(new ExportNode(name, operator, JsonArguments.of(arguments), List.of(name), ""));
    return name;
  }

  private String newName(String kind) {
    return kind + "_" + counts.merge(kind, 1, Integer::sum);
  }

  /**
   * Adds the node of an operator.
   *
   * @param written its name, which ends in {@code _} where it works in place
   * @param names those of the last values that are given by name
   * @throws UnsupportedException if it has no translation, or the values do not fit
   */
  Value operator(String written, List<Value> values, List<String> names) {
    boolean inPlace = written.endsWith("_") && !written.endsWith("__");
    String name = inPlace ? written.substring(0, written.length() - 1) : written;
    BoundCall call = bound(name, written, values, names);
    List<List<long[]>> shapes = new ArrayList<>();
    for (int k = 0; k < pictures; k++) {
      shapes.add(Shapes.of(call, k));
    }
    int results = shapes.get(0).size();
    boolean ordered =
        !OTHER_ORDER.contains(name) && values.stream().allMatch(GraphRecord::isRowMajor);
    List<Value> all = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      List<long[]> own = new ArrayList<>();
      for (List<long[]> ofPicture : shapes) {
        if (ofPicture.size() != results) {
          throw call.refuse("the number of its results depends on the size of the picture");
        }
        own.add(ofPicture.get(i));
      }
      Tensor result = new Tensor(newName(written), ResultTypes.of(call, i), own, ordered);
      if (inPlace) {
        result = changed(call, result);
      }
      metas.put(result.name(), result.meta());
      outputs.add(result.name());
      all.add(result);
    }
    String overload = call.schema().overload().replace("deprecated", "default");
    nodes.add(
        new ExportNode(
            outputs.get(0),
            name + (inPlace ? "_." : ".") + overload,
            JsonArguments.of(call),
            outputs,
            module(values)));
    return all.size() == 1 && !call.schema().givesList() ? all.get(0) : new Many(all);
  }

  /** What works in place keeps type and shape. */
  private static Tensor changed(BoundCall call, Tensor result) {
    Tensor first = call.first();
    for (int k = 0; k < first.shapes().size(); k++) {
      if (!Arrays.equals(first.shapes().get(k), result.shapes().get(k))) {
        throw call.refuse("it gives a tensor that it is given another shape");
      }
    }
    return new Tensor(result.name(), first.type(), first.shapes(), first.rowMajor());
  }

  private static BoundCall bound(
      String name, String written, List<Value> values, List<String> names) {
    List<Schema> schemas = Schemas.of(name);
    for (boolean loose : new boolean[] {false, true}) {
      for (Schema schema : schemas) {
        Map<String, Value> arguments = schema.bind(values, names, loose);
        if (arguments != null) {
          return new BoundCall(schema, arguments);
        }
      }
    }
    throw new UnsupportedException(
        schemas.isEmpty()
            ? "its operator torch." + Names.printable(written) + " has no translation"
            : "its operator torch."
                + Names.printable(written)
                + " has arguments for which there is no translation");
  }

  private static boolean isRowMajor(Value value) {
    return value instanceof Tensor tensor
        ? tensor.rowMajor()
        : !(value instanceof Many many) || many.items().stream().allMatch(GraphRecord::isRowMajor);
  }

  /** The module that owns the first weight among the arguments, or "". */
  private String module(List<Value> values) {
    for (Value value : values) {
      if (value instanceof Tensor tensor && weights.containsKey(tensor.name())) {
        int dot = tensor.name().lastIndexOf('.');
        boolean inModule = tensor.name().startsWith(MODEL) && dot >= MODEL.length();
        return inModule ? tensor.name().substring(MODEL.length(), dot) : "";
      }
    }
    return "";
  }
}
