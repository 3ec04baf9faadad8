package dev.limelight.codec;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The area of an animation, of which a frame may cover a part.
 *
 * @param width in pixels
 * @param height in pixels
 */
record Canvas(int width, int height) {

  /** The bytes of a file that are needed. */
  static final int HEADER_BYTES = 30;

  /**
   * The canvas of a GIF or of an extended WebP, by the first bytes of the file; null for others.
   */
  static @Nullable Canvas of(byte[] start) {
    if (start.length < HEADER_BYTES) {
      return null;
    }
    String signature = new String(start, StandardCharsets.ISO_8859_1);
    if (signature.startsWith("GIF8")) {
      return new Canvas(number(start, 6, 2), number(start, 8, 2));
    }
    if (signature.startsWith("RIFF") && signature.startsWith("WEBPVP8X", 8)) {
      return new Canvas(1 + number(start, 24, 3), 1 + number(start, 27, 3));
    }
    return null;
  }

  /** A number whose lowest byte is first. */
  private static int number(byte[] bytes, int at, int length) {
    int number = 0;
    for (int i = length - 1; i >= 0; i--) {
      number = number << 8 | bytes[at + i] & 255;
    }
    return number;
  }
}
