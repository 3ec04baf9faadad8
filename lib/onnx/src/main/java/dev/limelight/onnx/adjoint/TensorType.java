package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Set;

/**
 * What is known of a tensor before it is computed.
 *
 * @param type of its elements
 * @param dimensions none for a scalar, and also if not even their number is known
 */
public record TensorType(DataType type, List<Dimension> dimensions) {

  private static final Set<DataType> REAL =
      Set.of(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16);

  /** Copies the list. */
  public TensorType {
    dimensions = List.copyOf(dimensions);
  }

  /** Whether its elements are real numbers, which have gradients. */
  public boolean isReal() {
    return REAL.contains(type);
  }

  /** Whether all dimensions are fixed; false for a scalar, which looks like an unknown rank. */
  public boolean isStatic() {
    return !dimensions.isEmpty() && dimensions.stream().allMatch(Dimension::isKnown);
  }

  /** What a graph declares of a tensor. */
  public static TensorType of(ValueInfoProto declared) {
    TypeProto.Tensor type = declared.getType().getTensorType();
    return new TensorType(
        DataType.forNumber(type.getElemType()), DeclaredShapes.dimensions(type.getShape()));
  }

  /**
   * How a graph declares an input of it: no dimensions may also mean that their number is unknown.
   */
  public ValueInfoProto input(String name) {
    ValueInfoProto.Builder value = declared(name).toBuilder();
    if (dimensions.isEmpty()) {
      value.getTypeBuilder().getTensorTypeBuilder().clearShape();
    }
    return value.build();
  }

  /** How a graph declares a tensor of it, which without dimensions is a scalar. */
  public ValueInfoProto declared(String name) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Dimension dimension : dimensions) {
      TensorShapeProto.Dimension.Builder each = shape.addDimBuilder();
      if (dimension.isKnown()) {
        each.setDimValue(dimension.size());
      } else if (!dimension.symbol().isEmpty()) {
        each.setDimParam(dimension.symbol());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
