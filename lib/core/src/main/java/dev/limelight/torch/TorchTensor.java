package dev.limelight.torch;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The numbers of one tensor.
 *
 * @param type what PyTorch calls its dtype
 * @param shape the length of each dimension, empty for a single number
 * @param data the numbers in row-major order, read-only and in the buffer's own byte order
 */
public record TorchTensor(DataType type, long[] shape, ByteBuffer data) {

  /** The supported types of numbers, with PyTorch's names in lower case. */
  public enum DataType {
    FLOAT16(2),
    BFLOAT16(2),
    FLOAT32(4),
    FLOAT64(8),
    INT8(1),
    UINT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    BOOL(1);

    private final int bytes;

    DataType(int bytes) {
      this.bytes = bytes;
    }

    /** The bytes of one number. */
    public int bytes() {
      return bytes;
    }

    /** Whether it holds whole numbers; true and false count as 1 and 0. */
    public boolean isInteger() {
      return ordinal() > FLOAT64.ordinal();
    }
  }

  /**
   * A tensor of these numbers; the shape is copied, the numbers are not.
   *
   * @throws IllegalArgumentException if there are more or fewer bytes than the shape has numbers
   */
  public TorchTensor {
    shape = shape.clone();
    data = data.asReadOnlyBuffer().order(data.order());
    // In double, a product of any lengths is near enough and cannot wrap around.
    double bytes = Arrays.stream(shape).asDoubleStream().reduce(type.bytes(), (a, b) -> a * b);
    if (bytes != data.remaining()) {
      throw new IllegalArgumentException(
          "a tensor of "
              + type
              + " "
              + Arrays.toString(shape)
              + " got "
              + data.remaining()
              + " bytes; give those of its numbers");
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public ByteBuffer data() {
    return data.duplicate().order(data.order());
  }

  /** The number of elements. */
  public int size() {
    return data.remaining() / type.bytes();
  }

  /** The numbers in row-major order, each as the float nearest to it. */
  public float[] toFloatArray() {
    float[] values = new float[size()];
    if (type == DataType.FLOAT32) {
      data().asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      int at = data.position() + i * type.bytes();
      values[i] =
          switch (type) {
            case FLOAT16 -> half(data.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort(at) << 16);
            case FLOAT64 -> (float) data.getDouble(at);
            default -> integer(at);
          };
    }
    return values;
  }

  /**
   * The whole numbers in row-major order.
   *
   * @throws IllegalStateException if the tensor holds fractions
   */
  public long[] toLongArray() {
    if (!type.isInteger()) {
      throw new IllegalStateException(
          "whole numbers were asked of a tensor of " + this + "; call toFloatArray()");
    }
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(data.position() + i * type.bytes());
    }
    return values;
  }

  private long integer(int at) {
    return switch (type) {
      case INT8 -> data.get(at);
      case UINT8 -> Byte.toUnsignedLong(data.get(at));
      case INT16 -> data.getShort(at);
      case INT32 -> data.getInt(at);
      case INT64 -> data.getLong(at);
      case BOOL -> data.get(at) == 0 ? 0 : 1;
      default -> throw new IllegalStateException("no whole numbers: " + type);
    };
  }

  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> Float.intBitsToFloat(0x7f800000 | fraction << 13);
          default -> Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
        };
    return bits < 0 ? -size : size;
  }

  /** The type and shape, such as "FLOAT32 [8, 3, 3, 3]". */
  @Override
  public String toString() {
    return type + " " + Arrays.toString(shape);
  }
}
