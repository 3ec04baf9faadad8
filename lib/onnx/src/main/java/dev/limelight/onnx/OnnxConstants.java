package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of weights and attributes in an ONNX graph. */
final class OnnxConstants {

  /** A matrix, row by row. */
  record Matrix(int rows, int columns, float[] values) {
    Matrix transposed() {
      float[] transposed = new float[values.length];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          transposed[j * rows + i] = values[i * columns + j];
        }
      }
      return new Matrix(columns, rows, transposed);
    }
  }

  private final OnnxGraph graph;

  OnnxConstants(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * A weight of two dimensions, or null if there is none.
   *
   * @param convolution whether it has two more of length one
   */
  @Nullable Matrix matrix(String name, boolean convolution) {
    NodeProto node = graph.producer(name);
    if (node != null && node.getOpType().equals("Transpose") && !convolution) {
      Matrix transposed = matrix(node.getInput(0), false);
      return transposed == null ? null : transposed.transposed();
    }
    TensorProto tensor = tensor(name);
    float[] values = tensor == null ? null : floats(tensor);
    if (tensor == null || values == null || tensor.getDimsCount() != (convolution ? 4 : 2)) {
      return null;
    }
    int rows = Math.toIntExact(tensor.getDims(0));
    int columns = Math.toIntExact(tensor.getDims(1));
    return (long) rows * columns == values.length && rows > 0
        ? new Matrix(rows, columns, values)
        : null;
  }

  /** A weight of floats with one dimension above one at most, or null if there is none. */
  float @Nullable [] vector(String name) {
    TensorProto tensor = tensor(name);
    float[] values = tensor == null ? null : floats(tensor);
    return tensor != null && tensor.getDimsList().stream().filter(length -> length > 1).count() <= 1
        ? values
        : null;
  }

  /** A weight of whole numbers, or null if there is none. */
  @Nullable List<Long> whole(String name) {
    TensorProto tensor = tensor(name);
    if (tensor == null || tensor.getDataType() != TensorProto.DataType.INT64.getNumber()) {
      return null;
    }
    if (tensor.getInt64DataCount() > 0) {
      return tensor.getInt64DataList();
    }
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> values = new ArrayList<>();
    while (bytes.remaining() >= Long.BYTES) {
      values.add(bytes.getLong());
    }
    return values;
  }

  private @Nullable TensorProto tensor(String name) {
    NodeProto node = graph.producer(name);
    while (node != null && node.getOpType().equals("Identity")) {
      return tensor(node.getInput(0));
    }
    if (node != null && node.getOpType().equals("Constant")) {
      AttributeProto value = attribute(node, "value");
      return value == null ? null : value.getT();
    }
    return graph.weight(name);
  }

  private static float @Nullable [] floats(TensorProto tensor) {
    if (tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      return null;
    }
    float[] values;
    if (tensor.getFloatDataCount() > 0) {
      values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    } else {
      values = new float[tensor.getRawData().size() / Float.BYTES];
      tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
    }
    return values;
  }

  static long number(NodeProto node, String name, long defaultValue) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? defaultValue : attribute.getI();
  }

  static float real(NodeProto node, String name, float defaultValue) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? defaultValue : attribute.getF();
  }

  static List<Long> numbers(NodeProto node, String name) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? List.of() : attribute.getIntsList();
  }

  private static @Nullable AttributeProto attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElse(null);
  }
}
