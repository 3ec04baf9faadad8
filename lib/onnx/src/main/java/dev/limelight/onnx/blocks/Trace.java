package dev.limelight.onnx.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The graph of one forward. Names follow the order of the calls, so that those of two forwards can
 * be compared.
 */
final class Trace implements NodeWriter {

  /** The picture. */
  static final String PICTURE = "picture";

  private static final String CONSTANT = "constant/";

  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final Map<String, TensorProto> numbers = new LinkedHashMap<>();
  private final Map<String, TracedArray> weights = new LinkedHashMap<>();
  private final Map<TracedArray, String> used = new IdentityHashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Set<String> taken = new HashSet<>(Set.of(PICTURE));
  private final Set<String> layers = new HashSet<>();

  /** Blocks that own what is computed of weights alone. */
  private final Map<String, String> owners = new HashMap<>();

  private String step = "";
  private String kind = "";

  /** Begins the nodes of a block. */
  void begin(String path, String blockKind) {
    step = path;
    kind = blockKind;
  }

  /** The block that is followed, at the beginning of a sentence. */
  String where() {
    return "its block " + Names.quoted(step) + ", a " + Names.printable(kind) + ",";
  }

  /** The array behind what a block sees; an array of the engine is a constant. */
  TracedArray traced(NDArray array) {
    TracedArray traced = TracedArray.behind(array);
    return traced == null ? TracedArray.constant(this, array, null) : traced;
  }

  /** The tensor of an array, which is a weight where it does not depend on the picture. */
  String tensor(TracedArray array) {
    String tensor = array.tensor();
    if (tensor != null) {
      return tensor;
    }
    return used.computeIfAbsent(
        array,
        key -> {
          if (key.value().getDataType() != ai.djl.ndarray.types.DataType.FLOAT32) {
            throw new UnsupportedException(
                where() + " computes with an array of " + key.value().getDataType());
          }
          String origin = key.origin();
          String name = reserve(origin == null ? CONSTANT + weights.size() : origin);
          weights.put(name, key);
          note(name, key.shape());
          return name;
        });
  }

  private String reserve(String name) {
    String free = name;
    for (int i = 1; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** Remembers the shape of a tensor. */
  void note(String tensor, Shape shape) {
    shapes.put(tensor, shape);
  }

  /** The shape of a tensor, or null if no call gave it. */
  @Nullable Shape shape(String tensor) {
    return shapes.get(tensor);
  }

  /**
   * Notes that a tensor is the output of layers.
   *
   * @return the tensor, or another one of the same numbers where it is that of other layers already
   */
  String layer(String tensor, List<String> names) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).getOutput(0).equals(tensor) && layers.add(tensor)) {
        for (String name : names) {
          nodes
              .get(i)
              .addMetadataProps(
                  StringStringEntryProto.newBuilder().setKey(GraphWriter.LAYER).setValue(name));
        }
        return tensor;
      }
    }
    String copy = op("Identity", tensor);
    note(copy, shapes.getOrDefault(tensor, new Shape()));
    return layer(copy, names);
  }

  /** Whether a tensor is a layer's, or the picture. */
  boolean isLayer(String tensor) {
    return tensor.equals(PICTURE) || layers.contains(tensor);
  }

  List<NodeProto> nodes() {
    return nodes.stream().map(NodeProto.Builder::build).toList();
  }

  /** Numbers that the rules gave. */
  Map<String, TensorProto> numbers() {
    return numbers;
  }

  /** The arrays that do not depend on the picture. */
  Map<String, TracedArray> weights() {
    return weights;
  }

  @Override
  public List<String> ops(String operator, int outputs, Attributes attributes, String... inputs) {
    String owner = owner(inputs);
    String name = reserve("/" + (owner == null ? step : owner) + "/" + operator);
    NodeProto.Builder node = NodeWriter.node(operator, name, outputs, attributes, inputs);
    nodes.add(node);
    if (owner != null && Arrays.stream(inputs).allMatch(this::isKnown)) {
      node.getOutputList().forEach(output -> owners.put(output, owner));
    }
    return List.copyOf(node.getOutputList());
  }

  private boolean isKnown(String tensor) {
    return tensor.isEmpty()
        || weights.containsKey(tensor)
        || numbers.containsKey(tensor)
        || owners.containsKey(tensor);
  }

  /** The block that owns the first weight, or null. */
  private @Nullable String owner(String... inputs) {
    for (String input : inputs) {
      TracedArray weight = weights.get(input);
      String origin = weight == null ? null : weight.origin();
      if (origin != null && origin.contains(".")) {
        return origin.substring(0, origin.lastIndexOf('.'));
      }
      if (owners.containsKey(input)) {
        return owners.get(input);
      }
    }
    return null;
  }

  @Override
  public String constant(TensorProto value) {
    String name = reserve(CONSTANT + "number-" + numbers.size());
    numbers.put(name, value);
    return name;
  }

  /** A constant number of float32 without dimensions. */
  String number(double value) {
    return constant(TensorValues.real(DataType.FLOAT, new long[0], value));
  }

  /** Constant numbers of float32. */
  String numbers(double... values) {
    return constant(TensorValues.real(DataType.FLOAT, new long[] {values.length}, values));
  }
}
