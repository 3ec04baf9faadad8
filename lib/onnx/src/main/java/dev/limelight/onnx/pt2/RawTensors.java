package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.TensorView.Storage;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tensors on raw storages, with a list of their sizes and strides. */
final class RawTensors implements NamedTensors {

  /** What tensors may repeat of their storages, as an expanded one does. */
  private static final long REPEATED = 64L << 20;

  private final TorchArchive archive;
  private final Map<String, TensorView> views = new HashMap<>();
  private final Map<String, ByteBuffer> storages = new HashMap<>();

  /**
   * Checks all tensors before any is read.
   *
   * @param folder of the storages, such as "data/weights/"
   * @param list the tensors by name
   */
  RawTensors(TorchArchive archive, String folder, JsonObject list) throws IOException {
    this.archive = archive;
    Map<String, Long> read = new HashMap<>();
    Set<String> distinct = new HashSet<>();
    long total = 0;
    for (Map.Entry<String, JsonElement> entry : Json.object(list, "config").entrySet()) {
      TensorView view = view(entry.getKey(), folder, Json.object(entry.getValue()));
      views.put(entry.getKey(), view);
      read.put(view.storage().key(), view.storage().bytes());
      if (distinct.add(identity(view))) {
        TorchArchive.checkHeap(view.bytes());
        total = Math.addExact(total, view.bytes());
        TorchArchive.checkTotal(total);
      }
    }
    long there = read.values().stream().mapToLong(Long::longValue).sum();
    if (total > there + REPEATED) {
      throw new MalformedFileException(
          "has tensors of " + total + " bytes on storages of " + there + "; save it again");
    }
  }

  private TensorView view(String name, String folder, JsonObject entry) throws IOException {
    if (entry.has("use_pickle") && entry.get("use_pickle").getAsBoolean()) {
      throw new MalformedFileException(
          "keeps its tensor "
              + Names.printable(name)
              + " as a pickle, as it is of a special kind; export the model with plain tensors");
    }
    String path = folder + Json.text(entry, "path_name");
    TensorMeta meta;
    try {
      meta = TensorMeta.of(Json.object(entry, "tensor_meta"));
    } catch (UnsupportedException e) {
      throw new UnsupportedException("of '" + Names.printable(name) + "': " + e.getMessage(), e);
    }
    if (!meta.isStatic() || meta.strides().contains(-1L)) {
      throw new MalformedFileException(
          "leaves the shape of its tensor " + Names.printable(name) + " open");
    }
    TorchTensor.DataType type = meta.type().stored();
    return TensorView.of(
        new Storage(path, type, archive.size(path)),
        type,
        meta.offset(),
        meta.sizes().stream().mapToLong(size -> size.size()).toArray(),
        meta.strides().stream().mapToLong(Long::longValue).toArray());
  }

  private static String identity(TensorView view) {
    return String.join(
        " ",
        view.storage().key(),
        view.type().toString(),
        String.valueOf(view.offset()),
        Arrays.toString(view.shape()),
        Arrays.toString(view.strides()));
  }

  @Override
  public TorchTensor tensor(String name) throws IOException {
    TensorView view = views.get(name);
    if (view == null) {
      throw new MalformedFileException(
          "has no weight " + Names.printable(name) + "; save it again");
    }
    String key = view.storage().key();
    ByteBuffer bytes = storages.get(key);
    if (bytes == null) {
      bytes = ByteBuffer.wrap(archive.bytes(key)).order(ByteOrder.LITTLE_ENDIAN);
      storages.put(key, bytes);
    }
    return view.on(bytes);
  }
}
