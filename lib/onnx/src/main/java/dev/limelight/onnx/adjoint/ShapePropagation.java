package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names for the dimensions that ONNX Runtime leaves open: two with the same name have the same
 * length. It loses the name of the batch at the first reshape to a computed shape, of which files
 * of PyTorch's older exporter are full, and without it a gradient has to find out when it runs
 * which dimensions were broadcast.
 */
final class ShapePropagation {

  /** Operators whose first output has the shape of the first input. */
  private static final Set<String> SAME =
      Set.of(
          "Abs",
          "BatchNormalization",
          "Cast",
          "Celu",
          "Clip",
          "Cos",
          "Dropout",
          "Elu",
          "Erf",
          "Exp",
          "Floor",
          "Gelu",
          "GroupNormalization",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "InstanceNormalization",
          "LRN",
          "LayerNormalization",
          "LeakyRelu",
          "Log",
          "LogSoftmax",
          "LpNormalization",
          "Mish",
          "Neg",
          "Not",
          "PRelu",
          "Reciprocal",
          "Relu",
          "Selu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Softmax",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Tanh",
          "ThresholdedRelu");

  private static final Set<String> BROADCAST =
      Set.of(
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Pow",
          "Max",
          "Min",
          "Mean",
          "Sum",
          "Where",
          "Equal",
          "Less",
          "Greater",
          "LessOrEqual",
          "GreaterOrEqual",
          "And",
          "Or");

  private static final Set<String> REDUCE =
      Set.of(
          "ReduceMean",
          "ReduceSum",
          "ReduceMax",
          "ReduceMin",
          "ReduceL1",
          "ReduceL2",
          "ReduceProd",
          "ReduceSumSquare",
          "ReduceLogSum",
          "ReduceLogSumExp");

  private final Map<String, TensorType> types;
  private final Map<String, TensorProto> weights = new HashMap<>();
  private final Set<String> scalars = new HashSet<>();
  private final ShapeValues values = new ShapeValues(this::wholes);
  private int fresh;

  private ShapePropagation(GraphProto graph, Map<String, TensorType> types) {
    this.types = types;
    graph.getInitializerList().forEach(weight -> weights.put(weight.getName(), weight));
  }

  /** Names the open dimensions of all tensors, or finds their length. */
  static void complete(GraphProto graph, Map<String, TensorType> types) {
    ShapePropagation propagation = new ShapePropagation(graph, types);
    for (ValueInfoProto input : graph.getInputList()) {
      types.computeIfPresent(
          input.getName(),
          (name, type) -> new TensorType(type.type(), propagation.named(type.dimensions(), null)));
    }
    graph.getNodeList().forEach(propagation::follow);
  }

  private void follow(NodeProto node) {
    if (!node.getDomain().isEmpty()) {
      return;
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      String output = node.getOutput(i);
      TensorType type = types.get(output);
      if (type != null && type.dimensions().isEmpty() && isScalar(node)) {
        scalars.add(output);
      }
      if (type != null && type.dimensions().stream().anyMatch(ShapePropagation::isOpen)) {
        List<Dimension> derived = dimensions(node, i, type.dimensions());
        types.put(output, new TensorType(type.type(), named(type.dimensions(), derived)));
      }
    }
    values.follow(node, known(node, 0));
  }

  /** Whether a node gives a scalar, which in what was inferred looks like an unknown rank. */
  private boolean isScalar(NodeProto node) {
    boolean elementwise = SAME.contains(node.getOpType()) || BROADCAST.contains(node.getOpType());
    return elementwise
        && node.getInputCount() > 0
        && node.getInputList().stream().allMatch(this::isScalar);
  }

  private boolean isScalar(String tensor) {
    TensorProto weight = weights.get(tensor);
    return weight == null ? scalars.contains(tensor) : weight.getDimsCount() == 0;
  }

  private static boolean isOpen(Dimension dimension) {
    return !dimension.isKnown() && dimension.symbol().isEmpty();
  }

  /** What was inferred, filled in by what was derived unless they disagree, and by new names. */
  private List<Dimension> named(List<Dimension> inferred, @Nullable List<Dimension> derived) {
    List<Dimension> other = derived != null && agree(inferred, derived) ? derived : inferred;
    List<Dimension> result = new ArrayList<>();
    for (int i = 0; i < inferred.size(); i++) {
      Dimension best = isOpen(inferred.get(i)) ? other.get(i) : inferred.get(i);
      boolean nameless = isOpen(best) || ShapeValues.isNegative(best);
      result.add(nameless ? new Dimension(-1, "open~" + fresh++) : best);
    }
    return result;
  }

  private static boolean agree(List<Dimension> inferred, List<Dimension> derived) {
    boolean agree = inferred.size() == derived.size();
    for (int i = 0; agree && i < inferred.size(); i++) {
      Dimension a = inferred.get(i);
      Dimension b = derived.get(i);
      agree = !a.isKnown() || !b.isKnown() || a.equals(b);
    }
    return agree;
  }

  private long @Nullable [] wholes(String tensor) {
    TensorProto weight = weights.get(tensor);
    return weight == null ? null : TensorValues.wholes(weight);
  }

  /** The dimensions of an input, or null if not even their number is known. */
  private @Nullable List<Dimension> known(NodeProto node, int input) {
    if (input >= node.getInputCount()) {
      return null;
    }
    String name = node.getInput(input);
    TensorType type = types.get(name);
    if (type == null || type.dimensions().isEmpty() && !isScalar(name)) {
      return null;
    }
    return type.dimensions();
  }

  private @Nullable List<Dimension> dimensions(
      NodeProto node, int output, List<Dimension> inferred) {
    String operator = node.getOpType();
    List<Dimension> x = known(node, 0);
    if (BROADCAST.contains(operator)) {
      return broadcast(inputs(node));
    }
    if (x == null) {
      return null;
    }
    if (SAME.contains(operator)) {
      return output == 0 ? x : null;
    }
    if (REDUCE.contains(operator)) {
      return reduced(node, x);
    }
    return switch (operator) {
      case "Transpose" -> transposed(node, x);
      case "MatMul" -> product(x, known(node, 1));
      case "Reshape" -> reshaped(x, values.find(node.getInput(1)), node);
      case "Expand" -> expanded(x, values.find(node.getInput(1)));
      case "Conv", "MaxPool", "AveragePool" -> output == 0 ? windows(node, x, inferred) : null;
      case "Concat" -> joined(node, x);
      case "Split" -> except(x, Attributes.integer(node, "axis", 0), ShapeValues.UNKNOWN);
      case "Slice" -> sliced(node, x);
      case "Gather" -> gathered(node, x);
      case "Unsqueeze" -> unsqueezed(node, x, inferred.size());
      case "Squeeze" -> squeezed(node, x);
      case "Pad" -> padded(node, x);
      case "GlobalAveragePool", "GlobalMaxPool" -> pooled(x);
      default -> null;
    };
  }

  private @Nullable List<List<Dimension>> inputs(NodeProto node) {
    List<List<Dimension>> all = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      List<Dimension> each = known(node, i);
      if (each == null) {
        return null;
      }
      all.add(each);
    }
    return all;
  }

  private static @Nullable List<Dimension> broadcast(@Nullable List<List<Dimension>> all) {
    if (all == null) {
      return null;
    }
    int rank = all.stream().mapToInt(List::size).max().orElse(0);
    List<Dimension> result = new ArrayList<>();
    for (int fromEnd = rank; fromEnd > 0; fromEnd--) {
      Dimension length = new Dimension(1, "");
      for (List<Dimension> each : all) {
        if (each.size() >= fromEnd) {
          length = broadcast(length, each.get(each.size() - fromEnd));
        }
      }
      result.add(length);
    }
    return result;
  }

  private static Dimension broadcast(Dimension a, Dimension b) {
    if (a.isOne() || a.isSame(b)) {
      return b;
    }
    if (b.isOne() || a.isKnown()) {
      return a;
    }
    return b.isKnown() ? b : ShapeValues.UNKNOWN;
  }

  private static @Nullable List<Dimension> reshaped(
      List<Dimension> x, @Nullable List<Dimension> target, NodeProto node) {
    if (target == null || Attributes.integer(node, "allowzero", 0) != 0) {
      return null;
    }
    List<Dimension> result = new ArrayList<>();
    int rest = -1;
    for (int i = 0; i < target.size(); i++) {
      Dimension each = target.get(i);
      if (ShapeValues.isRest(each)) {
        rest = i;
        result.add(new Dimension(1, ""));
      } else if (each.size() == 0) {
        result.add(i < x.size() ? x.get(i) : ShapeValues.UNKNOWN);
      } else {
        result.add(each);
      }
    }
    if (rest >= 0) {
      Lengths all = Lengths.product(x);
      Lengths others = Lengths.product(result);
      Lengths left = all == null || others == null ? null : all.over(others);
      result.set(rest, left == null ? ShapeValues.UNKNOWN : left.toDimension());
    }
    return result;
  }

  private static @Nullable List<Dimension> expanded(
      List<Dimension> x, @Nullable List<Dimension> target) {
    return target == null ? null : broadcast(List.of(x, target));
  }

  private static @Nullable List<Dimension> transposed(NodeProto node, List<Dimension> x) {
    long[] order = Attributes.integers(node, "perm");
    List<Dimension> result = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      result.add(x.get(order == null ? x.size() - 1 - i : (int) order[i]));
    }
    return result;
  }

  private static @Nullable List<Dimension> product(List<Dimension> a, @Nullable List<Dimension> b) {
    if (b == null || a.size() < 2 || b.size() < 2) {
      return null;
    }
    List<Dimension> batch =
        broadcast(List.of(a.subList(0, a.size() - 2), b.subList(0, b.size() - 2)));
    List<Dimension> result = new ArrayList<>(batch == null ? List.of() : batch);
    result.add(a.get(a.size() - 2));
    result.add(b.get(b.size() - 1));
    return result;
  }

  /** Convolutions and poolings, whose windows keep the first dimension. */
  private @Nullable List<Dimension> windows(
      NodeProto node, List<Dimension> x, List<Dimension> inferred) {
    List<Dimension> result = new ArrayList<>(inferred);
    result.set(0, x.get(0));
    boolean convolution = node.getOpType().equals("Conv");
    if (!convolution) {
      result.set(1, x.get(1));
    }
    List<Dimension> weight = convolution ? known(node, 1) : null;
    long[] kernel = Attributes.integers(node, "kernel_shape");
    boolean plain =
        Attributes.integer(node, "ceil_mode", 0) == 0
            && Set.of("NOTSET", "VALID").contains(Attributes.text(node, "auto_pad", "NOTSET"));
    int axes = x.size() - 2;
    for (int i = 0; plain && i < axes; i++) {
      long size = -1;
      if (kernel != null) {
        size = kernel[i];
      } else if (weight != null) {
        size = weight.get(i + 2).size();
      }
      long stride = at(Attributes.integers(node, "strides"), i, 1);
      long dilation = at(Attributes.integers(node, "dilations"), i, 1);
      long[] pads = Attributes.integers(node, "pads");
      long change = at(pads, i, 0) + at(pads, i + axes, 0) - dilation * (size - 1);
      if (size > 0) {
        result.set(i + 2, moved(x.get(i + 2), change, stride));
      }
    }
    return result;
  }

  private static long at(long @Nullable [] values, int i, long otherwise) {
    return values == null ? otherwise : values[i];
  }

  private static Dimension moved(Dimension length, long change, long stride) {
    if (change == 0 && stride == 1) {
      return length;
    }
    boolean certain = length.isKnown() && length.size() + change > 0;
    return certain
        ? new Dimension((length.size() + change - 1) / stride + 1, "")
        : ShapeValues.UNKNOWN;
  }

  private @Nullable List<Dimension> joined(NodeProto node, List<Dimension> x) {
    List<List<Dimension>> all = inputs(node);
    if (all == null) {
      return null;
    }
    int axis = position(Attributes.integer(node, "axis", 0), x.size());
    List<Dimension> result = new ArrayList<>(x);
    long sum = 0;
    for (List<Dimension> each : all) {
      if (each.size() != x.size()) {
        return null;
      }
      for (int i = 0; i < x.size(); i++) {
        // All are of the same length, so any that is known will do.
        if (!result.get(i).isKnown()) {
          result.set(i, isOpen(each.get(i)) ? result.get(i) : each.get(i));
        }
      }
      sum = sum < 0 || !each.get(axis).isKnown() ? -1 : sum + each.get(axis).size();
    }
    result.set(axis, new Dimension(sum, ""));
    return result;
  }

  private static int position(long axis, int rank) {
    return (int) (axis < 0 ? axis + rank : axis);
  }

  private static List<Dimension> except(List<Dimension> x, long axis, Dimension other) {
    List<Dimension> result = new ArrayList<>(x);
    result.set(position(axis, x.size()), other);
    return result;
  }

  private @Nullable List<Dimension> sliced(NodeProto node, List<Dimension> x) {
    long[] axes = node.getInputCount() > 3 ? wholes(node.getInput(3)) : null;
    if (axes == null) {
      return null;
    }
    List<Dimension> result = x;
    for (long axis : axes) {
      result = except(result, axis, ShapeValues.UNKNOWN);
    }
    return result;
  }

  private @Nullable List<Dimension> gathered(NodeProto node, List<Dimension> x) {
    List<Dimension> indices = known(node, 1);
    if (indices == null) {
      return null;
    }
    int axis = position(Attributes.integer(node, "axis", 0), x.size());
    List<Dimension> result = new ArrayList<>(x.subList(0, axis));
    result.addAll(indices);
    result.addAll(x.subList(axis + 1, x.size()));
    return result;
  }

  private long @Nullable [] axes(NodeProto node) {
    return node.getInputCount() > 1 ? wholes(node.getInput(1)) : null;
  }

  private @Nullable List<Dimension> reduced(NodeProto node, List<Dimension> x) {
    long[] axes = axes(node);
    if (axes == null || axes.length == 0) {
      return null;
    }
    boolean keeps = Attributes.integer(node, "keepdims", 1) != 0;
    return replaced(x, axes, keeps ? new Dimension(1, "") : null);
  }

  private @Nullable List<Dimension> squeezed(NodeProto node, List<Dimension> x) {
    long[] axes = axes(node);
    return axes == null ? null : replaced(x, axes, null);
  }

  private static List<Dimension> replaced(List<Dimension> x, long[] axes, @Nullable Dimension by) {
    List<Dimension> result = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      boolean listed = false;
      for (long axis : axes) {
        listed |= position(axis, x.size()) == i;
      }
      if (!listed) {
        result.add(x.get(i));
      } else if (by != null) {
        result.add(by);
      }
    }
    return result;
  }

  private @Nullable List<Dimension> unsqueezed(NodeProto node, List<Dimension> x, int rank) {
    long[] axes = axes(node);
    if (axes == null || axes.length + x.size() != rank) {
      return null;
    }
    List<Dimension> result = new ArrayList<>(Collections.nCopies(rank, ShapeValues.UNKNOWN));
    for (long axis : axes) {
      result.set(position(axis, rank), new Dimension(1, ""));
    }
    int next = 0;
    for (int i = 0; i < rank; i++) {
      if (!result.get(i).isOne()) {
        result.set(i, x.get(next++));
      }
    }
    return result;
  }

  private @Nullable List<Dimension> padded(NodeProto node, List<Dimension> x) {
    long[] pads = axes(node);
    if (pads == null || pads.length != 2 * x.size()) {
      return null;
    }
    List<Dimension> result = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      result.add(moved(x.get(i), pads[i] + pads[i + x.size()], 1));
    }
    return result;
  }

  private static List<Dimension> pooled(List<Dimension> x) {
    List<Dimension> result = new ArrayList<>(x.subList(0, 2));
    result.addAll(Collections.nCopies(x.size() - 2, new Dimension(1, "")));
    return result;
  }
}
