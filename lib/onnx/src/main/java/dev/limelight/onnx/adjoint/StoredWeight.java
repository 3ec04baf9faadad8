package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.io.FileState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A large weight that stays in its file: a graph holds its place, and ONNX Runtime maps it from
 * there, so that Java's memory has no copy of it.
 *
 * @param file with the values, by its real path
 * @param offset of the first byte
 * @param length in bytes
 */
public record StoredWeight(FileState file, long offset, long length) {

  /** Unknown to whoever wrote the file, who must not name files of this machine. */
  private static final String PLACE = "limelight-" + UUID.randomUUID();

  /** The place of a tensor's values, or null if the tensor holds them itself. */
  public static @Nullable StoredWeight of(TensorProto tensor) {
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      if (entry.getKey().equals(PLACE)) {
        String[] parts = entry.getValue().split(" ", 5);
        FileState file =
            new FileState(
                Path.of(parts[4]),
                Long.parseLong(parts[2]),
                FileTime.from(Instant.parse(parts[3])));
        return new StoredWeight(file, Long.parseLong(parts[0]), Long.parseLong(parts[1]));
      }
    }
    return null;
  }

  /** The files in which a graph's weights stay; none if it holds them all. */
  public static Set<FileState> files(ModelProto model) {
    Set<FileState> files = new LinkedHashSet<>();
    for (TensorProto weight : model.getGraph().getInitializerList()) {
      StoredWeight stored = of(weight);
      if (stored != null) {
        files.add(stored.file());
      }
    }
    return files;
  }

  /** The bytes of a graph's weights that stay in files. */
  public static long length(ModelProto model) {
    return model.getGraph().getInitializerList().stream()
        .map(StoredWeight::of)
        .filter(Objects::nonNull)
        .mapToLong(StoredWeight::length)
        .sum();
  }

  /** A tensor with this place in place of its values. */
  public TensorProto in(TensorProto tensor) {
    String place =
        offset
            + " "
            + length
            + " "
            + file.size()
            + " "
            + file.modified().toInstant()
            + " "
            + file.path();
    return external(tensor).addExternalData(entry(PLACE, place)).build();
  }

  /** The model with its weights in it, for a file of its own. */
  public static ModelProto putInto(ModelProto model) {
    if (files(model).isEmpty()) {
      return model;
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      graph.setInitializer(i, withValues(graph.getInitializer(i)));
    }
    return model.toBuilder().setGraph(graph).build();
  }

  /** A tensor that holds its values itself. */
  public static TensorProto withValues(TensorProto tensor) {
    StoredWeight stored = of(tensor);
    return stored == null
        ? tensor
        : tensor.toBuilder()
            .clearExternalData()
            .clearDataLocation()
            .setRawData(stored.values())
            .build();
  }

  /**
   * The model as ONNX Runtime reads it, with its weights at the places in their files.
   *
   * @param folder to which the names of the files are relative
   */
  public static ModelProto forRuntime(ModelProto model, Path folder) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto weight = graph.getInitializer(i);
      StoredWeight stored = of(weight);
      if (stored != null) {
        graph.setInitializer(
            i,
            external(weight)
                .addExternalData(
                    entry("location", folder.relativize(stored.file().path()).toString()))
                .addExternalData(entry("offset", String.valueOf(stored.offset())))
                .addExternalData(entry("length", String.valueOf(stored.length()))));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static TensorProto.Builder external(TensorProto tensor) {
    return tensor.toBuilder()
        .clearRawData()
        .clearExternalData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private ByteString values() {
    file.checkUnchanged();
    try {
      return UnsafeByteOperations.unsafeWrap(read(file.path(), offset, length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of a file, which must be that long. */
  public static ByteBuffer read(Path file, long offset, long length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(length));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
        // A channel may give less than what was asked for.
        continue;
      }
    }
    return buffer.flip();
  }
}
