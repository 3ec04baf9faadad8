package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tensors with values in a file. */
public final class TensorValues {

  private TensorValues() {}

  /**
   * A tensor of real numbers.
   *
   * @param type of its elements
   * @param dimensions none for a scalar
   * @throws UnsupportedException if elements of that type are no real numbers
   */
  public static TensorProto real(DataType type, long[] dimensions, double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FLOAT -> bytes.putFloat((float) value);
        case DOUBLE -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(Fp16Conversions.floatToFp16((float) value));
        case BFLOAT16 -> bytes.putShort(Fp16Conversions.floatToBf16((float) value));
        default ->
            throw new UnsupportedException(
                "a tensor of real numbers has type FLOAT, DOUBLE, FLOAT16 or BFLOAT16, but got "
                    + type);
      }
    }
    return tensor(type, dimensions, bytes);
  }

  /** A tensor of whole numbers (int64). */
  public static TensorProto whole(long[] dimensions, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putLong);
    return tensor(DataType.INT64, dimensions, bytes);
  }

  private static TensorProto tensor(DataType type, long[] dimensions, ByteBuffer bytes) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber());
    Arrays.stream(dimensions).forEach(tensor::addDims);
    return tensor.setRawData(ByteString.copyFrom(bytes.flip())).build();
  }

  /** The values as real numbers, or null for other types. */
  public static double @Nullable [] reals(TensorProto given) {
    TensorProto tensor = StoredWeight.withValues(given);
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    boolean inRaw = tensor.hasRawData();
    switch (DataType.forNumber(tensor.getDataType())) {
      case FLOAT:
        return inRaw
            ? fill(raw.remaining() / Float.BYTES, i -> raw.getFloat(i * Float.BYTES))
            : fill(tensor.getFloatDataCount(), tensor::getFloatData);
      case DOUBLE:
        return inRaw
            ? fill(raw.remaining() / Double.BYTES, i -> raw.getDouble(i * Double.BYTES))
            : fill(tensor.getDoubleDataCount(), tensor::getDoubleData);
      case FLOAT16:
        return fill(
            inRaw ? raw.remaining() / Short.BYTES : tensor.getInt32DataCount(),
            i ->
                Fp16Conversions.fp16ToFloat(
                    inRaw ? raw.getShort(i * Short.BYTES) : (short) tensor.getInt32Data(i)));
      case BFLOAT16:
        return fill(
            inRaw ? raw.remaining() / Short.BYTES : tensor.getInt32DataCount(),
            i ->
                Fp16Conversions.bf16ToFloat(
                    inRaw ? raw.getShort(i * Short.BYTES) : (short) tensor.getInt32Data(i)));
      case INT64, INT32:
        long[] whole = wholes(tensor);
        return whole == null ? null : Arrays.stream(whole).asDoubleStream().toArray();
      default:
        return null;
    }
  }

  /** The values as whole numbers, or null for other types than int64 and int32. */
  public static long @Nullable [] wholes(TensorProto given) {
    TensorProto tensor = StoredWeight.withValues(given);
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (tensor.getDataType() == DataType.INT64.getNumber()) {
      if (!tensor.hasRawData()) {
        return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
      }
      long[] values = new long[raw.remaining() / Long.BYTES];
      raw.asLongBuffer().get(values);
      return values;
    }
    if (tensor.getDataType() == DataType.INT32.getNumber()) {
      if (!tensor.hasRawData()) {
        return tensor.getInt32DataList().stream().mapToLong(Integer::longValue).toArray();
      }
      long[] values = new long[raw.remaining() / Integer.BYTES];
      Arrays.setAll(values, i -> raw.getInt(i * Integer.BYTES));
      return values;
    }
    return null;
  }

  private interface Reader {
    double get(int i);
  }

  private static double[] fill(int count, Reader reader) {
    double[] values = new double[count];
    Arrays.setAll(values, reader::get);
    return values;
  }

  /** A key that is the same for tensors of the same type, dimensions and values. */
  static String key(TensorProto tensor) {
    return String.format(
        Locale.ROOT,
        "%d %s %s",
        tensor.getDataType(),
        tensor.getDimsList(),
        Arrays.toString(tensor.getRawData().toByteArray()));
  }
}
