package dev.limelight.codec;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** How the camera was held, from the Exif block of a JPEG, PNG, WebP or TIFF file. */
final class Orientation {

  private static final int PNG = 0x89504E47;
  private static final int EXIF_CHUNK_OF_PNG = 0x65584966;
  private static final int RIFF = 0x52494646;
  private static final int WEBP = 0x57454250;
  private static final int EXIF_CHUNK_OF_WEBP = 0x45584946;
  private static final int MOST_BYTES = 1 << 24;
  private static final List<Integer> LAB = List.of(8, 9, 10);
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

  private Orientation() {}

  /**
   * The orientation of a file, 1 to 8; 1 if it has none.
   *
   * @throws IOException if its Exif block is damaged
   */
  static int of(ImageInputStream file) throws IOException {
    file.setByteOrder(ByteOrder.BIG_ENDIAN);
    try {
      file.seek(0);
      int start = file.readInt();
      if (start >>> 16 == JPEG.SOI) {
        return ofJpeg(file);
      }
      if (start == PNG) {
        return tag(chunk(file, 8, EXIF_CHUNK_OF_PNG));
      }
      if (start == RIFF) {
        file.readInt();
        return file.readInt() == WEBP ? tag(chunk(file, 12, EXIF_CHUNK_OF_WEBP)) : 1;
      }
      return isTiff(start) ? tag(tiff(file)) : 1;
    } catch (EOFException e) {
      return 1; // the file ends before a block does; its reader tells
    } catch (RuntimeException e) {
      throw new IOException("the Exif block is damaged", e);
    } finally {
      file.setByteOrder(ByteOrder.BIG_ENDIAN);
      file.seek(0);
    }
  }

  /** Whether the first four bytes are those of a TIFF file. */
  private static boolean isTiff(int start) {
    return start == 0x49492A00 || start == 0x4D4D002A;
  }

  private static Directory tiff(ImageInputStream file) throws IOException {
    file.seek(0);
    return new TIFFReader().read(file);
  }

  /** Whether a file is a TIFF of CIELAB colours, whose white point its readers do not agree on. */
  static boolean isLab(ImageInputStream file) throws IOException {
    file.setByteOrder(ByteOrder.BIG_ENDIAN);
    file.seek(0);
    if (!isTiff(file.readInt())) {
      return false;
    }
    Entry entry = tiff(file).getEntryById(TIFF.TAG_PHOTOMETRIC_INTERPRETATION);
    return entry != null
        && entry.getValue() instanceof Number number
        && LAB.contains(number.intValue());
  }

  private static int ofJpeg(ImageInputStream file) throws IOException {
    file.seek(0);
    List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(file, JPEG.APP1, "Exif");
    if (segments.isEmpty()) {
      return 1;
    }
    try (InputStream data = segments.get(0).data()) {
      data.skipNBytes(1);
      return tag(data.readAllBytes());
    }
  }

  /** The data of the first chunk of a type, or null. */
  private static byte @Nullable [] chunk(ImageInputStream file, long from, int type)
      throws IOException {
    boolean png = type == EXIF_CHUNK_OF_PNG;
    file.seek(from);
    while (true) {
      int first;
      try {
        first = file.readInt();
      } catch (EOFException e) {
        return null;
      }
      int second = file.readInt();
      long length = Integer.toUnsignedLong(png ? first : Integer.reverseBytes(second));
      if ((png ? second : first) == type) {
        if (length > MOST_BYTES) {
          throw new IOException("the Exif block is damaged");
        }
        byte[] data = new byte[(int) length];
        file.readFully(data);
        return data;
      }
      // A checksum follows in PNG; in WebP a chunk of odd length is padded.
      file.seek(file.getStreamPosition() + length + (png ? 4 : length % 2));
    }
  }

  private static int tag(byte @Nullable [] exif) throws IOException {
    if (exif == null) {
      return 1;
    }
    boolean named =
        exif.length > EXIF.length && Arrays.equals(EXIF, Arrays.copyOf(exif, EXIF.length));
    InputStream data =
        named
            ? new ByteArrayInputStream(exif, EXIF.length, exif.length - EXIF.length)
            : new ByteArrayInputStream(exif);
    try (ImageInputStream tiff = new MemoryCacheImageInputStream(data)) {
      return tag(new TIFFReader().read(tiff));
    }
  }

  private static int tag(Directory directory) {
    Entry entry = directory.getEntryById(TIFF.TAG_ORIENTATION);
    int value = entry != null && entry.getValue() instanceof Number number ? number.intValue() : 1;
    return value >= 1 && value <= 8 ? value : 1;
  }

  /** Pixels, row by row. */
  record Pixels(int width, int height, int[] rgb) {

    /** Rotated and mirrored as an orientation tells. */
    Pixels upright(int orientation) {
      if (orientation == 1) {
        return this;
      }
      boolean rotated = orientation >= 5;
      boolean mirrored =
          orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      boolean flipped =
          orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      int turnedWidth = rotated ? height : width;
      int turnedHeight = rotated ? width : height;
      int[] turned = new int[rgb.length];
      for (int y = 0; y < turnedHeight; y++) {
        for (int x = 0; x < turnedWidth; x++) {
          int left = rotated ? y : x;
          int top = rotated ? x : y;
          int column = mirrored ? width - 1 - left : left;
          int row = flipped ? height - 1 - top : top;
          turned[y * turnedWidth + x] = rgb[row * width + column];
        }
      }
      return new Pixels(turnedWidth, turnedHeight, turned);
    }
  }
}
