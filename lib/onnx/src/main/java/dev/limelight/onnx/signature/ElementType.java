package dev.limelight.onnx.signature;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import java.util.Optional;
import java.util.function.Predicate;

/** The types of numbers that pass between DJL and ONNX Runtime, under the names of both. */
public enum ElementType {
  FLOAT(DataType.FLOAT32, OnnxJavaType.FLOAT, TensorProto.DataType.FLOAT),
  DOUBLE(DataType.FLOAT64, OnnxJavaType.DOUBLE, TensorProto.DataType.DOUBLE),
  FLOAT16(DataType.FLOAT16, OnnxJavaType.FLOAT16, TensorProto.DataType.FLOAT16),
  INT64(DataType.INT64, OnnxJavaType.INT64, TensorProto.DataType.INT64),
  INT32(DataType.INT32, OnnxJavaType.INT32, TensorProto.DataType.INT32),
  INT8(DataType.INT8, OnnxJavaType.INT8, TensorProto.DataType.INT8),
  UINT8(DataType.UINT8, OnnxJavaType.UINT8, TensorProto.DataType.UINT8),
  BOOL(DataType.BOOLEAN, OnnxJavaType.BOOL, TensorProto.DataType.BOOL);

  private final DataType djl;
  private final OnnxJavaType runtime;
  private final TensorProto.DataType file;

  ElementType(DataType djl, OnnxJavaType runtime, TensorProto.DataType file) {
    this.djl = djl;
    this.runtime = runtime;
    this.file = file;
  }

  /** The type of that name in DJL. */
  public static Optional<ElementType> of(DataType djl) {
    return find(type -> type.djl == djl);
  }

  /** The type of that name in ONNX Runtime. */
  public static Optional<ElementType> of(OnnxJavaType runtime) {
    return find(type -> type.runtime == runtime);
  }

  /** The type of that number in files. */
  public static Optional<ElementType> of(int file) {
    return find(type -> type.file.getNumber() == file);
  }

  private static Optional<ElementType> find(Predicate<ElementType> test) {
    for (ElementType type : values()) {
      if (test.test(type)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The name in DJL. */
  public DataType djl() {
    return djl;
  }

  /** The name in ONNX Runtime. */
  public OnnxJavaType runtime() {
    return runtime;
  }
}
