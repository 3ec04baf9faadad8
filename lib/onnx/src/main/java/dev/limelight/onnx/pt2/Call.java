package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call of an operator as its rule sees it: arguments by the names of PyTorch's schema, of which
 * those that have their default are missing, and results.
 */
@API(status = Status.INTERNAL)
public final class Call {

  /** A length: a number, or the name of a vector of one number that is computed. */
  public record Size(long length, String tensor) {

    /** Whether it is a number. */
    public boolean isKnown() {
      return tensor.isEmpty();
    }
  }

  private final ExportNode node;
  private final Scope scope;
  private final GraphWriter graph;
  private final @Nullable String[] results;

  Call(ExportNode node, Scope scope, GraphWriter graph) {
    this.node = node;
    this.scope = scope;
    this.graph = graph;
    results = new String[node.outputs().size()];
  }

  // Results.

  /** Says which tensor the only result is. */
  public void result(String tensor) {
    result(0, tensor);
  }

  /** Says which tensor a result is; results that the program does not use may be left out. */
  public void result(int index, String tensor) {
    if (index < results.length) {
      results[index] = tensor;
    }
  }

  /** The number of results, those that are not used among them. */
  public int results() {
    return results.length;
  }

  @Nullable String given(int index) {
    return results[index];
  }

  /** What is known of a result. */
  public TensorMeta resultMeta(int index) {
    return scope.meta(node.outputs().get(index));
  }

  /** The element type of the first result. */
  public ScalarType type() {
    return resultMeta(0).type();
  }

  // Arguments.

  /** Whether an argument is there, and is not None. */
  public boolean has(String name) {
    JsonElement argument = node.arguments().get(name);
    return argument != null && !argument.getAsJsonObject().has("as_none");
  }

  private Map.Entry<String, JsonElement> argument(String name) {
    JsonElement argument = node.arguments().get(name);
    if (argument == null) {
      throw refuse("its argument '" + name + "' is missing");
    }
    return Json.choice(argument);
  }

  private JsonElement argument(String name, String kind) {
    Map.Entry<String, JsonElement> argument = argument(name);
    if (!argument.getKey().equals(kind)) {
      throw refuse(
          "its argument '" + name + "' is of the kind " + argument.getKey() + ", and not " + kind);
    }
    return argument.getValue();
  }

  /** Whether an argument is a tensor. */
  public boolean isTensor(String name) {
    return has(name) && argument(name).getKey().equals("as_tensor");
  }

  private String nameOf(String argument) {
    return Json.text(Json.object(argument(argument, "as_tensor")), "name");
  }

  /** The name of the first argument. */
  public String first() {
    return node.arguments().keySet().stream()
        .findFirst()
        .orElseThrow(() -> refuse("it has no arguments"));
  }

  /** The names of the arguments, in the order of the schema. */
  public List<String> names() {
    return List.copyOf(node.arguments().keySet());
  }

  /** The first argument, a tensor. */
  public String x() {
    return tensor(first());
  }

  /** What is known of the first argument. */
  public TensorMeta xMeta() {
    return meta(first());
  }

  /** A tensor. */
  public String tensor(String argument) {
    return scope.read(nameOf(argument));
  }

  /** A tensor, or "" if it is None. */
  public String optional(String argument) {
    return has(argument) ? tensor(argument) : "";
  }

  /** What is known of a tensor. */
  public TensorMeta meta(String argument) {
    return scope.meta(nameOf(argument));
  }

  /** Tensors of a list; "" for None. */
  public List<String> tensors(String argument) {
    return names(argument).stream().map(name -> name.isEmpty() ? "" : scope.read(name)).toList();
  }

  /** What is known of the tensors of a list; null for None. */
  public List<@Nullable TensorMeta> metas(String argument) {
    List<@Nullable TensorMeta> metas = new ArrayList<>();
    names(argument).forEach(name -> metas.add(name.isEmpty() ? null : scope.meta(name)));
    return metas;
  }

  private List<String> names(String argument) {
    return ExportGraph.names(Objects.requireNonNull(node.arguments().get(argument)));
  }

  /** The value of an argument that may be a tensor, a finite number or a size, of a type. */
  public String operand(String name, ScalarType type) {
    if (argument(name).getKey().equals("as_float")) {
      return graph.number(real(name), type);
    }
    return infiniteOperand(name, type);
  }

  /** The value of an argument that may be a tensor, any number or a size, of a type. */
  public String infiniteOperand(String name, ScalarType type) {
    Map.Entry<String, JsonElement> argument = argument(name);
    switch (argument.getKey()) {
      case "as_tensor":
        return graph.cast(tensor(name), meta(name).type(), type);
      case "as_sym_int", "as_sym_float":
        Size size = size(name);
        return size.isKnown()
            ? graph.number(size.length(), type)
            : graph.cast(graph.reshape(size.tensor()), ScalarType.INT64, type);
      case "as_bool":
        return graph.number(argument.getValue().getAsBoolean() ? 1 : 0, type);
      default:
        return graph.number(infinite(name), type);
    }
  }

  /** The type in which an operator of two operands computes. */
  public ScalarType common(String a, String b) {
    ScalarType left = kind(a);
    ScalarType right = kind(b);
    if (isTensor(a) == isTensor(b)) {
      // A tensor without dimensions counts less than others, of the same kind.
      return left.with(right);
    }
    ScalarType tensor = isTensor(a) ? left : right;
    ScalarType number = isTensor(a) ? right : left;
    boolean same = number.isReal() == tensor.isReal() && number != ScalarType.BOOL;
    return tensor.isReal() || same && tensor != ScalarType.BOOL ? tensor : tensor.with(number);
  }

  private ScalarType kind(String name) {
    return switch (argument(name).getKey()) {
      case "as_tensor" -> meta(name).type();
      case "as_float", "as_sym_float" -> ScalarType.FLOAT32;
      case "as_bool" -> ScalarType.BOOL;
      default -> ScalarType.INT64;
    };
  }

  /** A whole number. */
  public long integer(String name) {
    Size size = size(name);
    if (!size.isKnown()) {
      throw refuse("its argument '" + name + "' depends on the size of the picture");
    }
    return size.length();
  }

  /** A whole number. */
  public long integer(String name, long otherwise) {
    return has(name) ? integer(name) : otherwise;
  }

  /** Whole numbers. */
  public long[] integers(String name) {
    return sizes(name).stream()
        .mapToLong(
            size -> {
              if (!size.isKnown()) {
                throw refuse("its argument '" + name + "' depends on the size of the picture");
              }
              return size.length();
            })
        .toArray();
  }

  /** Whole numbers, or others if they are missing. */
  public long[] integers(String name, long... otherwise) {
    return has(name) ? integers(name) : otherwise;
  }

  /** A list of so many whole numbers, of which one stands for all. */
  public long[] window(String name, int dimensions, long otherwise) {
    long[] given = integers(name);
    if (given.length == 1) {
      Arrays.fill(given = new long[dimensions], integers(name)[0]);
    }
    if (given.length == 0) {
      Arrays.fill(given = new long[dimensions], otherwise);
    }
    if (given.length != dimensions) {
      throw refuse("its argument '" + name + "' has " + given.length + " numbers");
    }
    return given;
  }

  /** A length. */
  public Size size(String name) {
    Map.Entry<String, JsonElement> argument = argument(name);
    return switch (argument.getKey()) {
      case "as_int" -> new Size(Json.whole(argument.getValue(), name), "");
      case "as_bool" -> new Size(argument.getValue().getAsBoolean() ? 1 : 0, "");
      case "as_sym_int", "as_sym_float" -> size(Json.object(argument.getValue()));
      default -> throw refuse("its argument '" + name + "' is " + argument.getKey());
    };
  }

  /** Lengths. */
  public List<Size> sizes(String name) {
    Map.Entry<String, JsonElement> argument = argument(name);
    List<Size> sizes = new ArrayList<>();
    switch (argument.getKey()) {
      case "as_int", "as_sym_int" -> sizes.add(size(name));
      case "as_ints" ->
          Json.array(argument.getValue(), name)
              .forEach(value -> sizes.add(new Size(Json.whole(value, name), "")));
      case "as_sym_ints" ->
          Json.array(argument.getValue(), name)
              .forEach(value -> sizes.add(size(Json.object(value))));
      // An empty list is of no kind.
      default -> {
        if (!argument.getKey().endsWith("s")
            || !Json.array(argument.getValue(), name).isEmpty()) {
          throw refuse("its argument '" + name + "' is " + argument.getKey());
        }
      }
    }
    return sizes;
  }

  private Size size(JsonObject size) {
    return size.has("as_name")
        ? new Size(-1, scope.read(Json.text(size, "as_name")))
        : new Size(Json.whole(size, "as_int"), "");
  }

  /** Lengths as a vector; those that are one constant too, if they are all numbers. */
  public String shape(String name) {
    return shape(sizes(name));
  }

  /** Lengths as a vector. */
  public String shape(List<Size> sizes) {
    if (sizes.stream().allMatch(Size::isKnown)) {
      return graph.ints(sizes.stream().mapToLong(Size::length).toArray());
    }
    return graph.concat(
        0, sizes.stream().map(s -> s.isKnown() ? graph.ints(s.length()) : s.tensor()).toList());
  }

  /** The shape of a tensor as a vector, of which it is known what the file says. */
  public String shape(String tensor, TensorMeta meta) {
    return meta.isStatic()
        ? graph.ints(meta.sizes().stream().mapToLong(Dimension::size).toArray())
        : graph.op("Shape", tensor);
  }

  /** A dimension, counted from the front, of a tensor of a rank. */
  public int axis(String name, long otherwise, int rank) {
    return axis(integer(name, otherwise), rank);
  }

  /** A dimension, counted from the front, of a tensor of a rank. */
  public int axis(long axis, int rank) {
    long from = axis < 0 ? axis + Math.max(1, rank) : axis;
    if (from < 0 || from >= Math.max(1, rank)) {
      throw refuse("it is along dimension " + axis + " of a tensor that has " + rank);
    }
    return (int) from;
  }

  /** Dimensions, counted from the front; all if they are missing or none. */
  public long[] axes(String name, int rank) {
    long[] given = integers(name, new long[0]);
    if (given.length == 0) {
      return LongStream.range(0, rank).toArray();
    }
    return Arrays.stream(given).map(axis -> axis(axis, rank)).toArray();
  }

  /**
   * A finite real number.
   *
   * @throws UnsupportedException if it is infinite or NaN
   */
  public double real(String name) {
    double value = infinite(name);
    if (!Double.isFinite(value)) {
      throw refuse("its argument '" + name + "' is " + value + ", and must be finite");
    }
    return value;
  }

  /** A finite real number. */
  public double real(String name, double otherwise) {
    return has(name) ? real(name) : otherwise;
  }

  /** A real number, which may be infinite. */
  public double infinite(String name) {
    Map.Entry<String, JsonElement> argument = argument(name);
    JsonElement value = argument.getValue();
    double number =
        switch (argument.getKey()) {
          case "as_bool" -> value.getAsBoolean() ? 1 : 0;
          case "as_int", "as_float" -> Json.real(value, name);
          case "as_sym_int", "as_sym_float" -> integer(name);
          default -> throw refuse("its argument '" + name + "' is " + argument.getKey());
        };
    if (Double.isNaN(number)) {
      throw refuse("its argument '" + name + "' is NaN");
    }
    return number;
  }

  /** Finite real numbers. */
  public double[] reals(String name) {
    List<JsonElement> values = Json.array(argument(name).getValue(), name).asList();
    double[] reals = values.stream().mapToDouble(value -> Json.real(value, name)).toArray();
    for (double real : reals) {
      if (!Double.isFinite(real)) {
        throw refuse("its argument '" + name + "' has " + real + ", and must be finite");
      }
    }
    return reals;
  }

  /** A truth value. */
  public boolean flag(String name, boolean otherwise) {
    return has(name) ? argument(name, "as_bool").getAsBoolean() : otherwise;
  }

  /** A text. */
  public String text(String name, String otherwise) {
    return has(name) ? argument(name, "as_string").getAsString() : otherwise;
  }

  /** The error for a call that cannot be translated. */
  public UnsupportedException refuse(String reason) {
    return new UnsupportedException("its operator " + node.described() + " is not read: " + reason);
  }
}
