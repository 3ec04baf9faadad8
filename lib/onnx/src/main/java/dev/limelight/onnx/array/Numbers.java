package dev.limelight.onnx.array;

import ai.djl.ndarray.types.DataType;
import ai.djl.util.Float16Utils;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * The numbers of an array in an array of Java: {@code float[]} for float32 and so on, {@code
 * short[]} for float16, and {@code byte[]} for truth values too.
 */
final class Numbers {

  private Numbers() {}

  /** So many zeros of a type. */
  static Object zeros(DataType type, int count) {
    return switch (type) {
      case FLOAT32 -> new float[count];
      case FLOAT64 -> new double[count];
      case FLOAT16 -> new short[count];
      case INT64 -> new long[count];
      case INT32 -> new int[count];
      case INT8, UINT8, BOOLEAN -> new byte[count];
      default -> throw Refusal.of("the data type " + type);
    };
  }

  /** Copies numbers out of a buffer, which is either of bytes or of the type itself. */
  static Object read(Buffer from, DataType type, int count) {
    if (from instanceof ByteBuffer bytes) {
      return read(bytes.duplicate().order(bytes.order()), type, count);
    }
    Object numbers = zeros(type, count);
    if (numbers instanceof float[] floats && from instanceof FloatBuffer buffer) {
      buffer.duplicate().get(floats);
    } else if (numbers instanceof double[] doubles && from instanceof DoubleBuffer buffer) {
      buffer.duplicate().get(doubles);
    } else if (numbers instanceof long[] longs && from instanceof LongBuffer buffer) {
      buffer.duplicate().get(longs);
    } else if (numbers instanceof int[] ints && from instanceof IntBuffer buffer) {
      buffer.duplicate().get(ints);
    } else if (numbers instanceof short[] shorts && from instanceof ShortBuffer buffer) {
      buffer.duplicate().get(shorts);
    } else {
      throw new IllegalArgumentException(
          "an array of " + type + " is made of numbers of its own type or of bytes");
    }
    return numbers;
  }

  private static Object read(ByteBuffer from, DataType type, int count) {
    Object numbers = zeros(type, count);
    if (numbers instanceof float[] floats) {
      from.asFloatBuffer().get(floats);
    } else if (numbers instanceof double[] doubles) {
      from.asDoubleBuffer().get(doubles);
    } else if (numbers instanceof long[] longs) {
      from.asLongBuffer().get(longs);
    } else if (numbers instanceof int[] ints) {
      from.asIntBuffer().get(ints);
    } else if (numbers instanceof short[] shorts) {
      from.asShortBuffer().get(shorts);
    } else {
      from.get((byte[]) numbers);
    }
    return numbers;
  }

  /**
   * A copy of the numbers as bytes in the machine's order.
   *
   * @param direct whether outside the heap
   */
  static ByteBuffer bytes(Object numbers, DataType type, boolean direct) {
    int size = Math.multiplyExact(Array.getLength(numbers), type.getNumOfBytes());
    ByteBuffer bytes =
        (direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size))
            .order(ByteOrder.nativeOrder());
    write(numbers, bytes);
    return bytes;
  }

  /** Copies the numbers to the beginning of a buffer, in its order. */
  static void write(Object numbers, ByteBuffer bytes) {
    if (numbers instanceof float[] floats) {
      bytes.asFloatBuffer().put(floats);
    } else if (numbers instanceof double[] doubles) {
      bytes.asDoubleBuffer().put(doubles);
    } else if (numbers instanceof long[] longs) {
      bytes.asLongBuffer().put(longs);
    } else if (numbers instanceof int[] ints) {
      bytes.asIntBuffer().put(ints);
    } else if (numbers instanceof short[] shorts) {
      bytes.asShortBuffer().put(shorts);
    } else {
      bytes.put((byte[]) numbers).rewind();
    }
  }

  /** The same numbers in another type; a truth value is whether a number is not 0. */
  static Object converted(Object numbers, DataType from, DataType to) {
    int count = Array.getLength(numbers);
    Object converted = zeros(to, count);
    for (int i = 0; i < count; i++) {
      if (converted instanceof long[] longs) {
        // A double has fewer digits than a long.
        longs[i] = numbers instanceof long[] same ? same[i] : (long) get(numbers, from, i);
      } else {
        set(converted, to, i, get(numbers, from, i));
      }
    }
    return converted;
  }

  private static double get(Object numbers, DataType type, int i) {
    return switch (type) {
      case FLOAT16 -> Float16Utils.halfToFloat(((short[]) numbers)[i]);
      case UINT8 -> ((byte[]) numbers)[i] & 0xff;
      default -> Array.getDouble(numbers, i);
    };
  }

  private static void set(Object numbers, DataType type, int i, double value) {
    switch (type) {
      case FLOAT32 -> ((float[]) numbers)[i] = (float) value;
      case FLOAT64 -> ((double[]) numbers)[i] = value;
      case FLOAT16 -> ((short[]) numbers)[i] = Float16Utils.floatToHalf((float) value);
      case INT32 -> ((int[]) numbers)[i] = (int) value;
      case BOOLEAN -> ((byte[]) numbers)[i] = (byte) (value != 0 ? 1 : 0);
      default -> ((byte[]) numbers)[i] = (byte) (int) value;
    }
  }
}
