package dev.limelight.model.mxnet;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Walks through MXNet's parameter file without reading its numbers. MXNet itself believes every
 * size in it: one damaged byte, and it asks for all the memory that there is.
 */
final class MxParameters {

  private static final long FILE = 0x112;
  private static final int DENSE_ONLY = 0xF993FAC8;
  private static final int WITH_STORAGE = 0xF993FAC9;
  private static final int WITH_SCALARS = 0xF993FACA;
  private static final int MAX_DIMENSIONS = 32;

  /** Bytes an element, by MXNet's number of the type. */
  private static final int[] BYTES = {4, 8, 2, 1, 4, 1, 8, 1, 2, 2, 4, 8, 2};

  private final DataInputStream in;
  private long remaining;

  private MxParameters(DataInputStream in, long size) {
    this.in = in;
    this.remaining = size;
  }

  /**
   * Checks that the file is whole.
   *
   * @throws IOException if it is not; the message says what is wrong, without the file's name
   */
  static void check(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      new MxParameters(in, Files.size(file)).walk();
    } catch (EOFException e) {
      throw new IOException("it is cut short", e);
    }
  }

  private void walk() throws IOException {
    if (number() != FILE) {
      throw new IOException("it is no MXNet parameter file, or damaged at its beginning");
    }
    number();
    long arrays = number();
    for (long i = 0; i < arrays; i++) {
      array();
    }
    long names = number();
    if (names != arrays) {
      throw new IOException("it is damaged: " + arrays + " arrays have " + names + " names");
    }
    for (long i = 0; i < names; i++) {
      skip(number());
    }
  }

  private void array() throws IOException {
    int magic = integer();
    boolean known = magic == DENSE_ONLY || magic == WITH_STORAGE || magic == WITH_SCALARS;
    if (magic != DENSE_ONLY && known && integer() != 0) {
      throw new IOException("it is damaged, or holds sparse arrays, which no picture network has");
    }
    // Before there were versions, an array began with its number of dimensions.
    int dimensions = known ? integer() : magic;
    boolean empty = dimensions == (magic == WITH_SCALARS ? -1 : 0);
    if (empty) {
      return;
    }
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw new IOException("it is damaged: an array has " + dimensions + " dimensions");
    }
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      long length = known ? number() : integer();
      if (length < 0 || length > 0 && size > remaining / length) {
        throw new IOException("it is cut short or damaged: an array is longer than the file");
      }
      size *= length;
    }
    skip(8);
    int type = integer();
    if (type < 0 || type >= BYTES.length) {
      throw new IOException("it is damaged: an array has a type that MXNet does not know");
    }
    skip(size * BYTES[type]);
  }

  private int integer() throws IOException {
    remaining -= Integer.BYTES;
    return Integer.reverseBytes(in.readInt());
  }

  private long number() throws IOException {
    remaining -= Long.BYTES;
    return Long.reverseBytes(in.readLong());
  }

  private void skip(long bytes) throws IOException {
    if (bytes < 0 || bytes > remaining) {
      throw new EOFException();
    }
    in.skipNBytes(bytes);
    remaining -= bytes;
  }

  /** The symbol that DJL writes into its parameter file with a symbol that it saves. */
  static Optional<String> symbol(Path parameters) throws IOException {
    long size = Files.size(parameters);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(parameters)))) {
      if (!"DJL@".equals(new String(in.readNBytes(4), StandardCharsets.US_ASCII))) {
        return Optional.empty();
      }
      in.readInt();
      in.readUTF();
      in.readUTF();
      for (int inputs = in.readInt(); inputs > 0; inputs--) {
        in.readUTF();
        skipShape(in);
      }
      for (int properties = in.readInt(); properties > 0; properties--) {
        in.readUTF();
        in.readUTF();
      }
      in.readByte();
      int length = in.readInt();
      if (length <= 0 || length > size) {
        return Optional.empty();
      }
      String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return text.startsWith("{") ? Optional.of(text) : Optional.empty();
    } catch (EOFException | UTFDataFormatException e) {
      return Optional.empty();
    }
  }

  /** DJL's own reader believes both lengths. */
  private static void skipShape(DataInputStream in) throws IOException {
    for (int bytes : new int[] {Long.BYTES, Character.BYTES}) {
      int length = in.readInt();
      if (length < 0 || length > MAX_DIMENSIONS) {
        throw new EOFException("a shape has " + length + " dimensions");
      }
      in.skipNBytes((long) length * bytes);
    }
  }
}
