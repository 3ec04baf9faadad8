package dev.limelight.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * IEEE 754 binary16, little-endian, as numpy's {@code float16} reads it: 11 significant bits from
 * 6e-5 to 65504. Java 17 has no such conversion.
 */
final class Float16 {

  private static final int SIGN = 0x8000;
  private static final int INFINITE = 0x7C00;
  private static final int BIAS = 127 - 15;
  private static final float SUBNORMAL = 0x1p-24f;

  private Float16() {}

  static byte[] bytes(float[] values) {
    ByteBuffer out = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      out.putShort(half(value));
    }
    return out.array();
  }

  static float[] values(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole(in.getShort());
    }
    return values;
  }

  /** Rounds to nearest, ties to even; infinite above 65504. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = bits >>> 16 & SIGN;
    float size = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | INFINITE | 1);
    }
    if (size < 0x1p-14f) {
      return (short) (sign | (int) Math.rint(size / SUBNORMAL));
    }
    if (size >= 65520) {
      return (short) (sign | INFINITE);
    }
    int magnitude = (bits & 0x7FFFFFFF) - (BIAS << 23);
    // Adds half a unit in the last place, minus one if a tie would round to an odd number.
    return (short) (sign | magnitude + 0xFFF + (magnitude >>> 13 & 1) >>> 13);
  }

  private static float whole(short half) {
    int magnitude = half & 0x7FFF;
    float size;
    if (magnitude >= INFINITE) {
      size = magnitude == INFINITE ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (magnitude < 0x400) {
      size = magnitude * SUBNORMAL;
    } else {
      size = Float.intBitsToFloat((magnitude << 13) + (BIAS << 23));
    }
    return (half & SIGN) == 0 ? size : -size;
  }
}
