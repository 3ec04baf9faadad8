package dev.limelight.codec;

import dev.limelight.image.Picture;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation in a JPEG's EXIF block: how the camera was held. */
final class Exif {

  private static final int ORIENTATION = 0x0112;

  private Exif() {}

  /** The orientation, 1 to 8, in the first bytes of a file; 1 if none can be read. */
  static int orientation(byte[] header) {
    try {
      ByteBuffer in = ByteBuffer.wrap(header);
      if (in.getShort() != (short) 0xFFD8) {
        return 1;
      }
      while (in.remaining() > 4) {
        int marker = in.getShort() & 0xFFFF;
        int length = in.getShort() & 0xFFFF;
        if ((marker & 0xFF00) != 0xFF00 || marker == 0xFFDA || length < 2) {
          return 1;
        }
        if (marker == 0xFFE1 && length > 8 && in.getInt(in.position()) == 0x45786966) {
          return tag(in.slice(in.position() + 6, Math.min(length - 8, in.remaining() - 6)));
        }
        in.position(in.position() + length - 2);
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | BufferUnderflowException e) {
      return 1; // a damaged block has no orientation
    }
    return 1;
  }

  private static int tag(ByteBuffer tiff) {
    tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION) {
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /** Rotates and mirrors a picture that was stored in an orientation. */
  static Picture upright(Picture stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    boolean rotated = orientation >= 5;
    int width = rotated ? stored.height() : stored.width();
    int height = rotated ? stored.width() : stored.height();
    int[] rgb = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int left = rotated ? y : x;
        int top = rotated ? x : y;
        boolean mirrored =
            orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean flipped =
            orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        rgb[y * width + x] =
            stored.rgb(
                mirrored ? stored.width() - 1 - left : left,
                flipped ? stored.height() - 1 - top : top);
      }
    }
    return Picture.of(width, height, rgb, stored.name());
  }
}
