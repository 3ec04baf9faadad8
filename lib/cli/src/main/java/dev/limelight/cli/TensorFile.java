package dev.limelight.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.io.Names;
import dev.limelight.io.NumpyArray;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * An array in a NumPy archive, given as FILE.npz or FILE.npz:NAME.
 *
 * @param file the archive
 * @param name the array's name, or null for the only one
 */
record TensorFile(Path file, @Nullable String name) {

  private static final String ENDING = ".npy";

  /** Of an array: a few hundred thousand bytes of an archive can stand for gigabytes. */
  private static final long MOST_BYTES = 1L << 28;

  static TensorFile parse(String text) {
    int colon = text.lastIndexOf(".npz:");
    return colon < 0
        ? new TensorFile(Path.of(text), null)
        : new TensorFile(
            Path.of(text.substring(0, colon + ".npz".length())),
            text.substring(colon + ".npz:".length()));
  }

  /**
   * Reads the array, and no other of the archive; its channels are first.
   *
   * @param channels those of the network
   * @throws IOException if it is not there or no array of float32; one sentence
   */
  NDArray read(NDManager manager, int channels) throws IOException {
    NumpyArray read = read();
    Shape shape = new Shape(read.shape());
    boolean last = shape.dimension() == 4 && shape.get(1) != channels && shape.get(3) == channels;
    return last
        ? manager.create(
            channelsFirst(read.numbers(), channels, Math.toIntExact(shape.get(1) * shape.get(2))),
            new Shape(shape.get(0), channels, shape.get(1), shape.get(2)))
        : manager.create(read.numbers(), shape);
  }

  /** From (N, H, W, C) to (N, C, H, W), in Java, as some engines only run networks. */
  private static float[] channelsFirst(FloatBuffer pixels, int channels, int area) {
    float[] planes = new float[pixels.remaining()];
    for (int i = 0; i < planes.length; i++) {
      int pixel = i / channels;
      int plane = pixel / area * channels + i % channels;
      planes[plane * area + pixel % area] = pixels.get(i);
    }
    return planes;
  }

  private NumpyArray read() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("no such tensor file: " + file);
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, ZipEntry> arrays = new LinkedHashMap<>();
      zip.stream()
          .filter(entry -> entry.getName().endsWith(ENDING))
          .forEach(
              entry ->
                  arrays.put(
                      entry.getName().substring(0, entry.getName().length() - ENDING.length()),
                      entry));
      String chosen = name == null && arrays.size() == 1 ? arrays.keySet().iterator().next() : name;
      ZipEntry entry = chosen == null ? null : arrays.get(chosen);
      if (entry == null || chosen == null) {
        throw unnamed(arrays);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return NumpyArray.read(in, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4));
      } catch (EOFException | ZipException e) {
        throw incomplete(e);
      } catch (IOException e) {
        throw new IOException(
            file + ": the array " + Names.quoted(chosen) + " " + e.getMessage(), e);
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw incomplete(e);
    }
  }

  private IOException unnamed(Map<String, ZipEntry> arrays) {
    String names = arrays.keySet().stream().map(Names::printable).collect(Collectors.joining(", "));
    if (arrays.isEmpty()) {
      return new IOException(file + " has no arrays; write it with numpy.savez");
    }
    return new IOException(
        name == null
            ? file + " has several arrays; name one as " + file + ":NAME of " + names
            : file + " has no array '" + name + "'; it has " + names);
  }

  private IOException incomplete(Exception cause) {
    return new IOException(
        file + " is not a complete NumPy archive; write it with numpy.savez", cause);
  }
}
