package dev.limelight.onnx.signature;

import ai.djl.util.Float16Utils;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A value for an input of a model, as a weight of that name. */
final class OnnxConstant {

  /** Larger inputs beside the picture are not filled with one value by mistake. */
  private static final long LARGEST = 1L << 24;

  private OnnxConstant() {}

  /** Zeros of the shape and type of an input; dimensions that are open have the length one. */
  static TensorProto zeros(ValueInfoProto input) {
    return filled(input, shape(input), List.of(0.0));
  }

  /**
   * The values of an input; a dimension that is open has the length that the values need.
   *
   * @param values one for all elements, or one for each
   * @throws IllegalArgumentException if their number does not fit
   */
  static TensorProto of(ValueInfoProto input, List<Double> values) {
    List<Long> shape = new ArrayList<>(shape(input));
    long size = size(shape);
    List<Dimension> declared = input.getType().getTensorType().getShape().getDimList();
    for (int i = shape.size() - 1; i >= 0 && values.size() > size; i--) {
      if (declared.get(i).getDimValue() <= 0 && values.size() % size == 0) {
        shape.set(i, values.size() / size);
        size = values.size();
      }
    }
    if (values.size() != 1 && values.size() != size) {
      throw new IllegalArgumentException(
          "the input "
              + OnnxInputs.port(input).text()
              + " takes one value or "
              + size
              + ", and got "
              + values.size());
    }
    return filled(input, shape, values);
  }

  /** A value without the decimals of a whole number. */
  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private static List<Long> shape(ValueInfoProto input) {
    return input.getType().getTensorType().getShape().getDimList().stream()
        .map(each -> Math.max(1, each.getDimValue()))
        .toList();
  }

  private static long size(List<Long> shape) {
    double size = shape.stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
    return (long) size;
  }

  private static TensorProto filled(ValueInfoProto input, List<Long> shape, List<Double> values) {
    long size = size(shape);
    if (size > LARGEST) {
      throw new UnsupportedException(
          "the input "
              + OnnxInputs.port(input).text()
              + " beside the picture has "
              + size
              + " elements, and at most "
              + LARGEST
              + " can be given");
    }
    List<Double> all = values.size() == 1 ? Collections.nCopies((int) size, values.get(0)) : values;
    int number = input.getType().getTensorType().getElemType();
    ElementType type =
        ElementType.of(number)
            .orElseThrow(() -> refused(input, String.valueOf(DataType.forNumber(number))));
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(size) * type.djl().getNumOfBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    all.forEach(value -> put(bytes, type, value));
    return TensorProto.newBuilder()
        .setName(input.getName())
        .addAllDims(shape)
        .setDataType(number)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private static void put(ByteBuffer bytes, ElementType type, double value) {
    switch (type) {
      case FLOAT -> bytes.putFloat((float) value);
      case DOUBLE -> bytes.putDouble(value);
      case FLOAT16 -> bytes.putShort(Float16Utils.floatToHalf((float) value));
      case INT64 -> bytes.putLong((long) value);
      case INT32 -> bytes.putInt((int) value);
      case BOOL -> bytes.put((byte) (value == 0 ? 0 : 1));
      case INT8, UINT8 -> bytes.put((byte) value);
    }
  }

  private static UnsupportedException refused(ValueInfoProto input, String type) {
    return new UnsupportedException(
        "the input "
            + Names.quoted(input.getName())
            + " beside the picture holds "
            + type
            + ", of which no value can be given; export the model without it");
  }
}
