package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Set;

/**
 * The types of real numbers that a file has, beside float32, in which it is computed.
 *
 * @param types FLOAT16, BFLOAT16 or DOUBLE; none if it is of float32
 */
public record Precision(Set<DataType> types) {

  /** That of a file of float32. */
  public static final Precision SINGLE = new Precision(Set.of());

  /** Copies the set. */
  public Precision {
    types = Set.copyOf(types);
  }

  /** Whether the file has other numbers than float32. */
  public boolean isChanged() {
    return !types.isEmpty();
  }

  /** What the file's own rounding explains, relative to the largest output. */
  public double tolerance() {
    if (types.contains(DataType.BFLOAT16)) {
      return 1e-1;
    }
    return types.contains(DataType.FLOAT16) ? 2e-2 : 1e-3;
  }

  /** What a reader of maps has to know, in a sentence, or "". */
  public String note() {
    if (!isChanged()) {
      return "";
    }
    if (types.equals(Set.of(DataType.DOUBLE))) {
      return "the model is of double precision and computed in float32";
    }
    return "the model is of half precision and computed in float32";
  }
}
