package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the elements of vectors of whole numbers from which shapes are made: each is a
 * number, the length of a dimension, or unknown.
 */
final class ShapeValues {

  static final Dimension UNKNOWN = new Dimension(-1, "");

  private static final int MOST = 64;

  private final GraphConstants constants;
  private final Map<String, List<Dimension>> elements = new HashMap<>();

  /** The constants of a graph. */
  interface GraphConstants {
    long @Nullable [] wholes(String tensor);
  }

  ShapeValues(GraphConstants constants) {
    this.constants = constants;
  }

  /** The elements of a tensor, or null if it is none of these vectors. */
  @Nullable List<Dimension> find(String tensor) {
    List<Dimension> found = elements.get(tensor);
    if (found != null || tensor.isEmpty()) {
      return found;
    }
    long[] values = constants.wholes(tensor);
    if (values == null || values.length > MOST) {
      return null;
    }
    List<Dimension> known = new ArrayList<>();
    for (long value : values) {
      known.add(number(value));
    }
    elements.put(tensor, known);
    return known;
  }

  /** A number; a negative one is none of a length, but may be computed with or mean "the rest". */
  private static Dimension number(long value) {
    return value >= 0 ? new Dimension(value, "") : new Dimension(-1, "-" + -value);
  }

  /** Whether an element is the number -1. */
  static boolean isRest(Dimension element) {
    return element.symbol().equals("-1");
  }

  /** Whether an element is a number below zero, which is no length. */
  static boolean isNegative(Dimension element) {
    return element.symbol().startsWith("-");
  }

  /** Follows a node. */
  void follow(NodeProto node, @Nullable List<Dimension> shapeOfFirst) {
    List<Dimension> result =
        switch (node.getOpType()) {
          case "Shape" -> shapeOfFirst == null ? null : part(node, shapeOfFirst);
          case "Identity", "Unsqueeze", "Squeeze", "Reshape" -> input(node, 0);
          // Real numbers are divided in another way.
          case "Cast" -> isWhole(Attributes.integer(node, "to", 0)) ? input(node, 0) : null;
          case "Gather" -> gathered(node);
          case "Slice" -> sliced(node);
          case "Concat" -> joined(node);
          case "Mul" -> combined(node, ShapeValues::product);
          case "Div" -> combined(node, ShapeValues::quotient);
          default -> null;
        };
    if (result != null && result.size() <= MOST) {
      elements.put(node.getOutput(0), result);
    }
  }

  private @Nullable List<Dimension> input(NodeProto node, int i) {
    return i < node.getInputCount() ? find(node.getInput(i)) : null;
  }

  private static boolean isWhole(long type) {
    return type == DataType.INT64.getNumber() || type == DataType.INT32.getNumber();
  }

  private static List<Dimension> part(NodeProto node, List<Dimension> shape) {
    int rank = shape.size();
    int from = position(Attributes.integer(node, "start", 0), rank);
    int to = position(Attributes.integer(node, "end", rank), rank);
    return from < to ? shape.subList(from, to) : List.of();
  }

  private static int position(long index, int count) {
    return (int) Math.max(0, Math.min(count, index < 0 ? index + count : index));
  }

  private @Nullable List<Dimension> gathered(NodeProto node) {
    List<Dimension> from = input(node, 0);
    long[] indices = constants.wholes(node.getInput(1));
    if (from == null || indices == null || Attributes.integer(node, "axis", 0) != 0) {
      return null;
    }
    List<Dimension> result = new ArrayList<>();
    for (long index : indices) {
      long i = index < 0 ? index + from.size() : index;
      if (i < 0 || i >= from.size()) {
        return null;
      }
      result.add(from.get((int) i));
    }
    return result;
  }

  private @Nullable List<Dimension> sliced(NodeProto node) {
    List<Dimension> from = input(node, 0);
    long[] starts = constants.wholes(node.getInput(1));
    long[] ends = constants.wholes(node.getInput(2));
    boolean plain = node.getInputCount() < 5 || isOnes(constants.wholes(node.getInput(4)));
    if (from == null || starts == null || ends == null || starts.length != 1 || !plain) {
      return null;
    }
    int first = position(starts[0], from.size());
    int last = position(ends[0], from.size());
    return first < last ? from.subList(first, last) : List.of();
  }

  private static boolean isOnes(long @Nullable [] values) {
    return values != null && values.length == 1 && values[0] == 1;
  }

  private @Nullable List<Dimension> joined(NodeProto node) {
    List<Dimension> result = new ArrayList<>();
    for (String input : node.getInputList()) {
      List<Dimension> part = find(input);
      if (part == null) {
        return null;
      }
      result.addAll(part);
    }
    return result;
  }

  private @Nullable List<Dimension> combined(NodeProto node, BinaryOperator<Dimension> operator) {
    List<Dimension> a = input(node, 0);
    List<Dimension> b = input(node, 1);
    if (a == null || b == null || a.size() != b.size() && a.size() != 1 && b.size() != 1) {
      return null;
    }
    List<Dimension> result = new ArrayList<>();
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      Dimension left = a.get(a.size() == 1 ? 0 : i);
      Dimension right = b.get(b.size() == 1 ? 0 : i);
      result.add(isNegative(left) || isNegative(right) ? UNKNOWN : operator.apply(left, right));
    }
    return Collections.unmodifiableList(result);
  }

  private static Dimension product(Dimension a, Dimension b) {
    Lengths left = Lengths.of(a);
    Lengths right = Lengths.of(b);
    return left == null || right == null ? UNKNOWN : left.times(right).toDimension();
  }

  private static Dimension quotient(Dimension a, Dimension b) {
    Lengths left = Lengths.of(a);
    Lengths right = Lengths.of(b);
    if (left == null || right == null) {
      return UNKNOWN;
    }
    if (a.isKnown() && b.isKnown() && b.size() > 0) {
      return new Dimension(a.size() / b.size(), "");
    }
    Lengths quotient = left.over(right);
    return quotient == null ? UNKNOWN : quotient.toDimension();
  }
}
