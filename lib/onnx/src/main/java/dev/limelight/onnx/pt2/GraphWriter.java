package dev.limelight.onnx.pt2;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The ONNX graph that a program is written into. Tensors are named by texts. */
@API(status = Status.INTERNAL)
public final class GraphWriter implements NodeWriter {

  /** The property of a node with the name of a layer whose output it gives. */
  public static final String LAYER = "limelight.layer";

  private static final String CONSTANT = "constant/";

  private static final int LARGEST_CONSTANT = 1 << 24;

  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();
  private final Map<TensorProto, String> known = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private String prefix = "";
  private String module = "";
  private int first;

  GraphWriter() {}

  /** Begins the nodes of a call, which are named by it and lie in its module. */
  void begin(ExportNode node) {
    prefix = node.name();
    module = node.module();
    first = nodes.size();
  }

  /** Gives a tensor of the current call the name of a result, unless another has it. */
  String named(String tensor, String name) {
    boolean own = false;
    for (int i = first; i < nodes.size(); i++) {
      own |= nodes.get(i).getOutputList().contains(tensor);
    }
    if (!own || !taken.add(name)) {
      return tensor;
    }
    for (int i = first; i < nodes.size(); i++) {
      NodeProto.Builder node = nodes.get(i);
      for (int k = 0; k < node.getOutputCount(); k++) {
        if (node.getOutput(k).equals(tensor)) {
          node.setOutput(k, name).setName(name);
        }
      }
      for (int k = 0; k < node.getInputCount(); k++) {
        if (node.getInput(k).equals(tensor)) {
          node.setInput(k, name);
        }
      }
    }
    return name;
  }

  /** Notes that a tensor is the output of a layer; of one that is no node's first, nothing. */
  void layer(String tensor, String path) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).getOutput(0).equals(tensor)) {
        nodes
            .get(i)
            .addMetadataProps(StringStringEntryProto.newBuilder().setKey(LAYER).setValue(path));
        return;
      }
    }
  }

  /** Adds a weight under a name. */
  void weight(String name, TensorProto value) {
    taken.add(name);
    constants.add(value.toBuilder().setName(name).build());
  }

  /** Reserves the name of an input. */
  void reserve(String name) {
    taken.add(name);
  }

  /** Whether a tensor belongs to the translation of an operator, and is no weight of the model. */
  public static boolean isConstant(String tensor) {
    return tensor.startsWith(CONSTANT);
  }

  /** The nodes and weights. */
  GraphProto.Builder graph() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("pt2");
    nodes.forEach(graph::addNode);
    return graph.addAllInitializer(constants);
  }

  @Override
  public List<String> ops(String operator, int outputs, Attributes attributes, String... inputs) {
    String name = prefix + "/" + operator;
    for (int i = 1; !taken.add(name); i++) {
      name = prefix + "/" + operator + "_" + i;
    }
    NodeProto.Builder node =
        NodeWriter.node(operator, name, outputs, attributes, inputs)
            .addMetadataProps(
                StringStringEntryProto.newBuilder()
                    .setKey(ModulePath.SCOPES)
                    .setValue(ModulePath.scopes(module, prefix)));
    nodes.add(node);
    return List.copyOf(node.getOutputList());
  }

  @Override
  public String constant(TensorProto value) {
    return known.computeIfAbsent(
        value,
        key -> {
          String name = CONSTANT + known.size();
          weight(name, value);
          return name;
        });
  }

  /** A constant number without dimensions; a truth value is 0 or 1. */
  public String number(double value, ScalarType type) {
    if (type.isReal()) {
      return constant(TensorValues.real(type.onnx(), new long[0], value));
    }
    if (type == ScalarType.INT64) {
      return whole((long) value);
    }
    return constant(
        TensorProto.newBuilder()
            .setDataType(type.onnx().getNumber())
            .addInt32Data(type == ScalarType.BOOL && value != 0 ? 1 : (int) value)
            .build());
  }

  /** Constant numbers of float32 and of a shape, all the same. */
  public String repeated(double value, long... shape) {
    double[] values = new double[count(shape)];
    Arrays.fill(values, value);
    return reals(values, shape);
  }

  /**
   * The number of elements of a constant.
   *
   * @throws UnsupportedException if there are more than any operator has
   */
  public static int count(long... shape) {
    double count = LongStream.of(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (!(count >= 0 && count <= LARGEST_CONSTANT)) {
      throw new UnsupportedException(
          "an operator needs a constant of the shape "
              + Arrays.toString(shape)
              + ", and at most "
              + LARGEST_CONSTANT
              + " numbers are written");
    }
    return (int) count;
  }

  /** Constant numbers of float32 and of a shape. */
  public String reals(double[] values, long... shape) {
    return constant(TensorValues.real(DataType.FLOAT, shape, values));
  }

  /** A tensor cast to another type. */
  public String cast(String tensor, ScalarType from, ScalarType to) {
    return from.onnx() == to.onnx()
        ? tensor
        : op("Cast", Attributes.with("to", to.onnx().getNumber()), tensor);
  }

  /** The lengths of some dimensions as a vector. */
  public String shape(String tensor, long start, long end) {
    return op("Shape", Attributes.with("start", start).and("end", end), tensor);
  }

  /** Part of a tensor along one axis. */
  public String slice(String tensor, long axis, String start, String end, long step) {
    return op("Slice", tensor, start, end, ints(axis), ints(step));
  }

  /** Tensors one after the other. */
  public String concat(long axis, List<String> tensors) {
    return tensors.size() == 1
        ? tensors.get(0)
        : op("Concat", Attributes.with("axis", axis), tensors.toArray(String[]::new));
  }

  /** A tensor times a number of its type. */
  public String scale(String tensor, double factor, ScalarType type) {
    return factor == 1 ? tensor : op("Mul", tensor, number(factor, type));
  }
}
