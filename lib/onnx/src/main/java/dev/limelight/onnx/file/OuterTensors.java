package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.io.FileState;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The values that a model keeps in other files, wherever in it their tensors are. They are read
 * from the folder of the model alone: a model from elsewhere may name any file of this machine.
 */
final class OuterTensors {

  private final Path path;
  private final long limit;
  private long total;

  /**
   * Those of a file.
   *
   * @param path of the model
   * @param limit the bytes of a model with all its values
   */
  OuterTensors(Path path, long limit) throws IOException {
    this.path = path;
    this.limit = limit;
    total = Files.size(path);
  }

  /**
   * The same model with these values in it.
   *
   * @throws UnsupportedException if they cannot be part of it
   * @throws IOException if a file is missing or cut short
   */
  ModelProto putInto(ModelProto model) throws IOException {
    if (!isAnyOutside(model)) {
      return model;
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      graph.setInitializer(i, kept(graph.getInitializer(i)));
    }
    return EveryTensor.changed(model.toBuilder().setGraph(graph).build(), this::inside);
  }

  /** The files of these values. */
  List<Path> files(ModelProto model) throws IOException {
    Set<String> locations = new TreeSet<>();
    EveryTensor.changed(
        model,
        tensor -> {
          if (isOutside(tensor)) {
            locations.add(place(tensor).getOrDefault("location", ""));
          }
          return tensor;
        });
    List<Path> files = new ArrayList<>();
    for (String location : locations) {
      files.add(sibling(location));
    }
    return files;
  }

  private static boolean isAnyOutside(ModelProto model) throws IOException {
    boolean[] any = {false};
    EveryTensor.changed(
        model,
        tensor -> {
          any[0] |= isOutside(tensor);
          return tensor;
        });
    return any[0];
  }

  /** Whether a file says that a tensor's values are in another. */
  static boolean isOutside(TensorProto tensor) {
    return StoredWeight.of(tensor) == null
        && (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
            || tensor.getExternalDataCount() > 0);
  }

  /** A weight that stays where it is if that is a large file. */
  private TensorProto kept(TensorProto weight) throws IOException {
    if (!isOutside(weight)) {
      return weight;
    }
    StoredWeight stored = stored(weight);
    if (!LargeFile.keeps(stored.file().size(), stored.length())) {
      return weight;
    }
    count(stored);
    return stored.in(weight);
  }

  private TensorProto inside(TensorProto tensor) throws IOException {
    if (!isOutside(tensor)) {
      return tensor;
    }
    return tensor.toBuilder()
        .clearExternalData()
        .setDataLocation(TensorProto.DataLocation.DEFAULT)
        .setRawData(bytes(tensor))
        .build();
  }

  private StoredWeight stored(TensorProto tensor) throws IOException {
    Map<String, String> place = place(tensor);
    Path file = sibling(place.getOrDefault("location", ""));
    FileState state = FileState.of(file.toRealPath());
    long size = state.size();
    long offset = number(tensor, place.getOrDefault("offset", "0"));
    long length = number(tensor, place.getOrDefault("length", String.valueOf(size - offset)));
    if (offset > size || length > size - offset) {
      throw new IOException(
          file
              + " is cut short: "
              + path
              + " looks for "
              + length
              + " bytes of the weight '"
              + tensor.getName()
              + "' from byte "
              + offset
              + ", and it has "
              + size
              + "; copy it again");
    }
    return new StoredWeight(state, offset, length);
  }

  private ByteString bytes(TensorProto tensor) throws IOException {
    StoredWeight stored = stored(tensor);
    count(stored);
    return UnsafeByteOperations.unsafeWrap(
        StoredWeight.read(stored.file().path(), stored.offset(), stored.length()));
  }

  private void count(StoredWeight stored) {
    total += stored.length();
    if (total > limit) {
      throw new UnsupportedException(
          "its weights have more than " + limit + " bytes, where protobuf ends");
    }
  }

  /** A file in the same folder. */
  private Path sibling(String location) throws IOException {
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
    Path file;
    try {
      file = folder.resolve(location).normalize();
    } catch (InvalidPathException e) {
      throw new UnsupportedException("it names '" + location + "' as the file of its weights", e);
    }
    if (location.isEmpty()
        || Path.of(location).isAbsolute()
        || !file.startsWith(folder.normalize())) {
      throw new UnsupportedException(
          "it looks for its weights in '" + location + "', which is outside its folder");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "no weights beside " + path + ": expected " + location + " in the same folder");
    }
    if (!file.toRealPath().startsWith(folder.toRealPath())) {
      throw new UnsupportedException(
          "it looks for its weights in '" + location + "', which links out of its folder");
    }
    return file;
  }

  private static long number(TensorProto tensor, String text) {
    if (!text.matches("\\d{1,18}")) {
      throw new UnsupportedException(
          "the place of its weight '" + tensor.getName() + "' is '" + text + "'");
    }
    return Long.parseLong(text);
  }

  private static Map<String, String> place(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .collect(
            Collectors.toMap(
                StringStringEntryProto::getKey, StringStringEntryProto::getValue, (a, b) -> b));
  }
}
