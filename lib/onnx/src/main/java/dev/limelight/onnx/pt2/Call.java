package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import dev.limelight.onnx.adjoint.Dimension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call of an operator as its rule sees it: arguments by the names of PyTorch's schema, of which
 * those that have their default are missing, and results.
 */
@API(status = Status.INTERNAL)
public final class Call extends Arguments {

  private final GraphWriter graph;
  private final @Nullable String[] results;

  Call(ExportNode node, Scope scope, GraphWriter graph) {
    super(node, scope);
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

  private String nameOf(String argument) {
    return Json.text(Json.object(argument(argument, "as_tensor")), "name");
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
    JsonElement list = node.arguments().get(argument);
    if (list == null) {
      throw refuse("its argument '" + argument + "' is missing");
    }
    return ExportGraph.names(list);
  }

  /** An argument that is a tensor, a finite number or a size, as a tensor of a type. */
  public String operand(String name, ScalarType type) {
    if (argument(name).getKey().equals("as_float")) {
      return graph.number(real(name), type);
    }
    return infiniteOperand(name, type);
  }

  /** The same for an argument that may be infinite. */
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
      case "as_int":
        return type == ScalarType.INT64
            ? graph.whole(Json.whole(argument.getValue(), name))
            : graph.number(infinite(name), type);
      default:
        return graph.number(infinite(name), type);
    }
  }

  /** The type in which an operator of two operands computes. */
  public ScalarType common(String a, String b) {
    ScalarType left = kind(a);
    ScalarType right = kind(b);
    if (isTensor(a) == isTensor(b)) {
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

  /** The lengths that an argument lists as a vector; a constant if all are numbers. */
  public String shape(String name) {
    return shape(sizes(name));
  }

  /** Lengths as a vector; a constant if all are numbers. */
  public String shape(List<Size> sizes) {
    if (sizes.stream().allMatch(Size::isKnown)) {
      return graph.ints(sizes.stream().mapToLong(Size::length).toArray());
    }
    return graph.concat(
        0, sizes.stream().map(s -> s.isKnown() ? graph.ints(s.length()) : s.tensor()).toList());
  }

  /** The shape of a tensor as a vector; a constant if the file fixes all lengths. */
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
}
