package dev.limelight.model.mxnet;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Walks through MXNet's parameter file without reading its numbers. MXNet itself believes every
 * size in it: one damaged byte, and it asks for all the memory that there is.
 */
@API(status = Status.INTERNAL)
public final class MxParameters {

  /**
   * An array of a file.
   *
   * @param shape its lengths
   * @param type MXNet's number of it: 0 is float32
   * @param data its numbers, the lowest byte of each first
   */
  public record Stored(long[] shape, int type, byte[] data) {}

  private static final long FILE = 0x112;
  private static final int DENSE_ONLY = 0xF993FAC8;
  private static final int WITH_STORAGE = 0xF993FAC9;
  private static final int WITH_SCALARS = 0xF993FACA;
  private static final int MAX_DIMENSIONS = 32;

  /** Bytes an element, by MXNet's number of the type. */
  private static final int[] BYTES = {4, 8, 2, 1, 4, 1, 8, 1, 2, 2, 4, 8, 2};

  private final DataInputStream in;
  private final boolean kept;
  private final List<@Nullable Stored> arrays = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private long remaining;

  private MxParameters(DataInputStream in, long size, boolean kept) {
    this.in = in;
    this.remaining = size;
    this.kept = kept;
  }

  /**
   * Checks that the file is whole.
   *
   * @throws IOException if it is not; the message says what is wrong, without the file's name
   */
  static void check(Path file) throws IOException {
    walked(file, false);
  }

  /**
   * Reads the arrays by their names, without MXNet's {@code arg:} and {@code aux:}; those that are
   * empty are left out.
   *
   * @throws IOException if it is not whole; the message says what is wrong, without the file's name
   */
  public static Map<String, Stored> read(Path file) throws IOException {
    MxParameters all = walked(file, true);
    Map<String, Stored> found = new LinkedHashMap<>();
    for (int i = 0; i < all.names.size(); i++) {
      Stored array = all.arrays.get(i);
      if (array != null) {
        found.put(all.names.get(i).replaceFirst("^(arg|aux):", ""), array);
      }
    }
    return found;
  }

  private static MxParameters walked(Path file, boolean kept) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      MxParameters walk = new MxParameters(in, Files.size(file), kept);
      walk.walk();
      return walk;
    } catch (EOFException e) {
      throw new IOException("it is cut short", e);
    }
  }

  private void walk() throws IOException {
    if (number() != FILE) {
      throw new IOException("it is no MXNet parameter file, or damaged at its beginning");
    }
    number();
    long count = number();
    for (long i = 0; i < count; i++) {
      array();
    }
    long named = number();
    if (named != count) {
      throw new IOException("it is damaged: " + count + " arrays have " + named + " names");
    }
    for (long i = 0; i < named; i++) {
      byte[] name = bytes(number());
      if (kept) {
        names.add(new String(name, StandardCharsets.UTF_8));
      }
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
      keep(null);
      return;
    }
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw new IOException("it is damaged: an array has " + dimensions + " dimensions");
    }
    long[] shape = new long[dimensions];
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      long length = known ? number() : integer();
      if (length < 0 || length > 0 && size > remaining / length) {
        throw new IOException("it is cut short or damaged: an array is longer than the file");
      }
      size *= length;
      shape[i] = length;
    }
    skip(8);
    int type = integer();
    if (type < 0 || type >= BYTES.length) {
      throw new IOException("it is damaged: an array has a type that MXNet does not know");
    }
    byte[] data = bytes(size * BYTES[type]);
    keep(new Stored(shape, type, data));
  }

  private void keep(@Nullable Stored array) {
    if (kept) {
      arrays.add(array);
    }
  }

  /** The next bytes, or none where nothing is kept. */
  private byte[] bytes(long count) throws IOException {
    if (!kept) {
      skip(count);
      return new byte[0];
    }
    if (count < 0 || count > remaining) {
      throw new EOFException();
    }
    if (count > Integer.MAX_VALUE - 8) {
      throw new IOException("it has an array of more than 2 GiB");
    }
    byte[] read = in.readNBytes((int) count);
    remaining -= count;
    if (read.length < count) {
      throw new EOFException();
    }
    return read;
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
