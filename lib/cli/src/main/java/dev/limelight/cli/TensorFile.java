package dev.limelight.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An array in a NumPy archive, given as FILE.npz or FILE.npz:NAME.
 *
 * @param file the archive
 * @param name the array's name, or null for the only one
 */
record TensorFile(Path file, @Nullable String name) {

  static TensorFile parse(String text) {
    int colon = text.lastIndexOf(".npz:");
    return colon < 0
        ? new TensorFile(Path.of(text), null)
        : new TensorFile(
            Path.of(text.substring(0, colon + ".npz".length())),
            text.substring(colon + ".npz:".length()));
  }

  /**
   * The array, with its channels first.
   *
   * @param channels those of the network
   */
  NDArray read(NDManager manager, int channels) throws IOException {
    NDArray read = read(manager);
    Shape shape = read.getShape();
    boolean last = shape.dimension() == 4 && shape.get(1) != channels && shape.get(3) == channels;
    return last ? read.transpose(0, 3, 1, 2) : read;
  }

  private NDArray read(NDManager manager) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("no such tensor file: " + file);
    }
    NDList arrays;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      arrays = NDList.decode(manager, in);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          file + " is not a complete NumPy archive; write it with numpy.savez", e);
    }
    if (name == null && arrays.size() == 1) {
      return arrays.head();
    }
    for (NDArray array : arrays) {
      if (array.getName() != null && array.getName().equals(name)) {
        return array;
      }
    }
    String names = arrays.stream().map(NDArray::getName).collect(Collectors.joining(", "));
    throw new IOException(
        name == null
            ? file + " has several arrays; name one as " + file + ":NAME of " + names
            : file + " has no array '" + name + "'; it has " + names);
  }
}
