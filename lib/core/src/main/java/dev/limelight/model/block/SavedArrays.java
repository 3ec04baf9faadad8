package dev.limelight.model.block;

import ai.djl.ndarray.types.DataType;
import dev.limelight.io.Names;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Looks at the arrays of a file that DJL wrote, before DJL hands them to native code. DJL makes an
 * array of whatever shape the file names, and copies into it however many bytes there are.
 */
final class SavedArrays {

  private static final byte[] FILE = "DJL@".getBytes(StandardCharsets.US_ASCII);

  /** How DJL writes a text, here the one that begins an array. */
  private static final byte[] ARRAY = {0, 4, 'N', 'D', 'A', 'R'};

  private static final int MAX_DIMENSIONS = 32;

  /** Longer than what stands before the numbers of an array with names of usual lengths. */
  private static final int HEADER = 1 << 18;

  private SavedArrays() {}

  /**
   * Checks that every array has as many bytes as its shape says. Every place in the file that an
   * array might begin at counts, wherever DJL would come to look for one.
   *
   * @throws IOException if one has not; the message says which, without the file's name
   */
  static void check(Path file) throws IOException {
    long size = Files.size(file);
    long at = 0;
    int matched = 0;
    try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), HEADER)) {
      in.mark(HEADER);
      if (!Arrays.equals(in.readNBytes(FILE.length), FILE)) {
        return;
      }
      in.reset();
      for (int next = in.read(); next >= 0; next = in.read()) {
        at++;
        // No part of the text is its beginning, but for the zero.
        matched = next == ARRAY[matched] ? matched + 1 : next == 0 ? 1 : 0;
        if (matched == ARRAY.length) {
          matched = 0;
          in.mark(HEADER);
          array(new DataInputStream(in), size - at);
          in.reset();
        }
      }
    }
  }

  private static void array(DataInputStream in, long remaining) throws IOException {
    try {
      int version = in.readInt();
      if (version < 1 || version > 3) {
        throw new IOException("it is damaged: an array is of version " + version);
      }
      String name = version > 1 && in.readByte() == 1 ? in.readUTF() : "";
      in.readUTF();
      DataType type = DataType.valueOf(in.readUTF());
      double numbers = 1;
      int dimensions = length(in);
      long[] shape = new long[dimensions];
      for (int i = 0; i < dimensions; i++) {
        shape[i] = in.readLong();
        numbers *= shape[i] < 0 ? Double.NaN : shape[i];
      }
      in.skipNBytes((long) length(in) * Character.BYTES);
      if (version > 2) {
        in.readByte();
      }
      int bytes = in.readInt();
      if (bytes > remaining || numbers * type.getNumOfBytes() != bytes) {
        throw new IOException(
            "it is damaged: the array "
                + Names.quoted(name)
                + " has the shape "
                + Arrays.toString(shape)
                + " and "
                + bytes
                + " bytes");
      }
    } catch (EOFException | UTFDataFormatException | IllegalArgumentException e) {
      throw new IOException("it is cut short, or the beginning of an array is damaged", e);
    }
  }

  private static int length(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_DIMENSIONS) {
      throw new IOException("it is damaged: an array has " + length + " dimensions");
    }
    return length;
  }
}
