package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A small graph from a tensor x to a tensor y, to be differentiated. */
final class GradientCase {

  static final String MICROSOFT = "com.microsoft";

  private final String label;
  private final Values x;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<String, Function<DataType, TensorProto>> constants = new LinkedHashMap<>();
  private long opset = 18;
  private double tolerance = 1e-4;
  private double step = 0.02;
  private boolean[] open = {true, false};

  private GradientCase(String label, Values x) {
    this.label = label;
    this.x = x.rounded();
  }

  static GradientCase of(String label, Values x) {
    return new GradientCase(label, x);
  }

  /** One operator of x alone. */
  static GradientCase of(String operator, Values x, Attributes attributes) {
    return of(operator, x).node(operator, "x", attributes);
  }

  GradientCase node(String operator, String inputs) {
    return node(operator, inputs, Attributes.none());
  }

  /** A node that gives y. */
  GradientCase node(String operator, String inputs, Attributes attributes) {
    return node(operator, inputs, "y", attributes);
  }

  GradientCase node(String operator, String inputs, String outputs) {
    return node(operator, inputs, outputs, Attributes.none());
  }

  /** A node; names are separated by spaces, and one that is left out is "-". */
  GradientCase node(String operator, String inputs, String outputs, Attributes attributes) {
    int domain = operator.indexOf("::");
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(domain < 0 ? operator : operator.substring(domain + 2))
            .setDomain(domain < 0 ? "" : operator.substring(0, domain))
            .setName("node_" + nodes.size())
            .addAllAttribute(attributes.all());
    Stream.of(inputs.split(" ")).map(GradientCase::named).forEach(node::addInput);
    Stream.of(outputs.split(" ")).map(GradientCase::named).forEach(node::addOutput);
    nodes.add(node.build());
    return this;
  }

  private static String named(String name) {
    return name.equals("-") ? "" : name;
  }

  /** A constant of the type of x. */
  GradientCase real(String name, Values value) {
    constants.put(name, type -> TensorValues.real(type, value.shape(), value.rounded().values()));
    return this;
  }

  /** A constant of type float32, whatever x is. */
  GradientCase single(String name, double... values) {
    long[] shape = {values.length};
    return constant(name, TensorValues.real(DataType.FLOAT, shape, values));
  }

  GradientCase whole(String name, long... values) {
    return whole(name, new long[] {values.length}, values);
  }

  GradientCase whole(String name, long[] shape, long... values) {
    return constant(name, TensorValues.whole(shape, values));
  }

  GradientCase constant(String name, TensorProto value) {
    constants.put(name, type -> value);
    return this;
  }

  GradientCase opset(long version) {
    opset = version;
    return this;
  }

  GradientCase tolerance(double largest) {
    tolerance = largest;
    return this;
  }

  /** Of differences in float32, where ONNX Runtime has no operator for float64. */
  GradientCase step(double h) {
    step = h;
    return this;
  }

  /** For an operator that is linear in x: any step is exact. */
  GradientCase linear() {
    return step(0.25);
  }

  /** For an operator whose gradient needs to know the dimensions. */
  GradientCase fixed() {
    open = new boolean[] {false};
    return this;
  }

  /** Whether to leave the dimensions open, once and again. */
  boolean[] open() {
    return open;
  }

  Values x() {
    return x;
  }

  double tolerance() {
    return tolerance;
  }

  double step() {
    return step;
  }

  /**
   * The model.
   *
   * @param open whether the file leaves the dimensions of x open
   */
  ModelProto model(DataType type, boolean open) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < x.shape().length; i++) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (open) {
        dimension.setDimParam("d" + i);
      } else {
        dimension.setDimValue(x.shape()[i]);
      }
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("case")
            .addAllNode(nodes)
            .addInput(tensor("x", type, shape))
            .addOutput(ValueInfoProto.newBuilder().setName("y"));
    constants.forEach(
        (name, value) -> graph.addInitializer(value.apply(type).toBuilder().setName(name)));
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
        .setGraph(graph)
        .build();
  }

  static ValueInfoProto tensor(String name, DataType type, TensorShapeProto.Builder shape) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
    if (shape != null) {
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  @Override
  public String toString() {
    return label;
  }
}
