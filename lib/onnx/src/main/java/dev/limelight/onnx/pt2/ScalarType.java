package dev.limelight.onnx.pt2;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.TorchTensor;

/** The element types that are read, by PyTorch's numbers for them in a .pt2. */
public enum ScalarType {
  BOOL(12, DataType.BOOL),
  UINT8(1, DataType.UINT8),
  INT8(2, DataType.INT8),
  INT16(3, DataType.INT16),
  INT32(4, DataType.INT32),
  INT64(5, DataType.INT64),
  /** Computed in float32. */
  FLOAT16(6, DataType.FLOAT),
  /** Computed in float32. */
  BFLOAT16(13, DataType.FLOAT),
  FLOAT32(7, DataType.FLOAT),
  FLOAT64(8, DataType.DOUBLE);

  private final int code;
  private final DataType onnx;

  ScalarType(int code, DataType onnx) {
    this.code = code;
    this.onnx = onnx;
  }

  /**
   * The type of a number in the file.
   *
   * @throws UnsupportedException if it is of another kind, such as complex or quantised numbers
   */
  static ScalarType of(long code) {
    for (ScalarType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new UnsupportedException(
        "it has a tensor of the element type "
            + code
            + ", which is complex, unsigned or of 8 bits; export the model in float32");
  }

  /** The type in the ONNX graph. */
  public DataType onnx() {
    return onnx;
  }

  /** Whether the elements are real numbers. */
  public boolean isReal() {
    return compareTo(FLOAT16) >= 0;
  }

  /** Whether the elements are whole numbers, and no truth values. */
  public boolean isWhole() {
    return this != BOOL && !isReal();
  }

  /** The type in which elements of both are computed. */
  public ScalarType with(ScalarType other) {
    return compareTo(other) >= 0 ? this : other;
  }

  TorchTensor.DataType stored() {
    return TorchTensor.DataType.valueOf(name());
  }
}
