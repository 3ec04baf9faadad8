package dev.limelight.io;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An array of float32 as NumPy writes it (.npy, versions 1 to 3). What its header claims is checked
 * before memory is taken, and its numbers are read piece by piece.
 *
 * @param shape the length of each axis
 * @param numbers row by row
 */
@API(status = Status.INTERNAL)
public record NumpyArray(long[] shape, FloatBuffer numbers) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final int MOST_AXES = 32;

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']{1,20})', 'fortran_order': (True|False), 'shape': \\(([\\d, ]*)\\), *} *\n?");

  private static final Map<Character, String> KINDS =
      Map.of('f', "float", 'i', "int", 'u', "uint", 'c', "complex");

  /**
   * Reads an array.
   *
   * @param source the bytes of the .npy
   * @param limit the most bytes that its numbers may take
   * @throws IOException if it is another array or none; what is wrong, after the name of the array
   */
  public static NumpyArray read(InputStream source, long limit) throws IOException {
    DataInputStream in = new DataInputStream(source);
    Matcher header = header(in);
    String type = header.group(1);
    if (!type.equals("<f4")) {
      throw new IOException(
          "holds " + name(type) + " where a model takes float32; write it with astype('float32')");
    }
    if (header.group(2).equals("True")) {
      throw new IOException("is stored column by column; write it with numpy.ascontiguousarray");
    }
    long[] shape = shape(header.group(3));
    long bytes = Float.BYTES;
    for (long length : shape) {
      if (length != 0 && bytes > limit / length) {
        throw new IOException(
            "of shape "
                + Arrays.toString(shape)
                + " needs more than the "
                + limit
                + " bytes that an array may take here; write fewer or smaller pictures");
      }
      bytes *= length;
    }
    return new NumpyArray(shape, numbers(in, (int) bytes));
  }

  private static Matcher header(DataInputStream in) throws IOException {
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new IOException("is no array of NumPy");
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    long length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
            : Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    if (version < 1 || version > 3 || length > LONGEST_HEADER) {
      throw new IOException("has a header that NumPy does not write");
    }
    byte[] text = in.readNBytes((int) length);
    Matcher header = HEADER.matcher(new String(text, StandardCharsets.UTF_8));
    if (!header.matches()) {
      throw new IOException("has a header that NumPy does not write for an array of numbers");
    }
    return header;
  }

  /** NumPy's name of a type, such as uint16 for {@code <u2}. */
  private static String name(String type) {
    Matcher parts = Pattern.compile("([<>|=])([fiuc])(\\d{1,2})").matcher(type);
    if (!parts.matches()) {
      return type.equals("|b1") ? "bool" : "values of type " + type;
    }
    String name = KINDS.get(parts.group(2).charAt(0)) + 8 * Integer.parseInt(parts.group(3));
    return parts.group(1).equals(">") ? "big-endian " + name : name;
  }

  private static long[] shape(String text) throws IOException {
    String[] lengths =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(length -> !length.isEmpty())
            .toArray(String[]::new);
    if (lengths.length > MOST_AXES || Arrays.stream(lengths).anyMatch(l -> l.length() > 18)) {
      throw new IOException("has a shape that no array has");
    }
    return Arrays.stream(lengths).mapToLong(Long::parseLong).toArray();
  }

  private static FloatBuffer numbers(DataInputStream in, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte[] part = new byte[1 << 16];
    while (buffer.hasRemaining()) {
      int count = in.read(part, 0, Math.min(part.length, buffer.remaining()));
      if (count < 0) {
        throw new EOFException("the array ends early");
      }
      buffer.put(part, 0, count);
    }
    return buffer.flip().asFloatBuffer();
  }
}
