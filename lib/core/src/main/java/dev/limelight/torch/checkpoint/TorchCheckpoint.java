package dev.limelight.torch.checkpoint;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a file that {@code torch.save} wrote, in either of its two formats, of a {@code
 * .safetensors} file, or of several such files with an index, {@code *.index.json}. A state dict
 * may lie in the file alone or under a name such as "state_dict" or "model"; other entries, such as
 * the state of an optimizer, are ignored. Nothing in the file is run.
 */
public final class TorchCheckpoint {

  private static final int SHOWN = 5;

  private final Path file;
  private final Map<String, TorchTensor> tensors;
  private final boolean ordered;

  private TorchCheckpoint(Path file, Map<String, TorchTensor> tensors, boolean ordered) {
    this.file = file;
    this.ordered = ordered;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Reads all tensors of a state dict.
   *
   * @param file ends in .safetensors, in .index.json, or as a rule in .pth, .pt or .bin
   * @throws IOException if it cannot be read, or asks for what no state dict needs; the message is
   *     one sentence with the file's name
   */
  public static TorchCheckpoint read(Path file) throws IOException {
    String name = file.toString();
    try {
      if (name.endsWith(SafeTensors.ENDING)) {
        return new TorchCheckpoint(file, StateDict.plain(SafeTensors.read(file)), false);
      }
      return name.endsWith(ShardIndex.ENDING)
          ? new TorchCheckpoint(file, ShardIndex.read(file).tensors(), false)
          : new TorchCheckpoint(file, saved(file), true);
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  private static Map<String, TorchTensor> saved(Path file) throws IOException {
    try (CheckpointFile checkpoint = CheckpointFile.open(file)) {
      Map<String, TensorView> views = StateDict.of(checkpoint.root());
      checkHeap(views);
      Map<String, ByteBuffer> storages = new HashMap<>();
      Map<String, TorchTensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, TensorView> named : views.entrySet()) {
        TensorView view = named.getValue();
        ByteBuffer bytes = storages.get(view.storage().key());
        if (bytes == null) {
          bytes = checkpoint.bytes(view.storage());
          storages.put(view.storage().key(), bytes);
        }
        tensors.put(named.getKey(), view.on(bytes));
      }
      return tensors;
    }
  }

  /**
   * The files that {@link #read} reads: the file itself, and for an index also those that it names.
   *
   * @throws IOException if an index cannot be read, or names a file that cannot be; one sentence
   */
  public static List<Path> files(Path file) throws IOException {
    List<Path> files = new ArrayList<>(List.of(file));
    if (file.toString().endsWith(ShardIndex.ENDING)) {
      try {
        files.addAll(ShardIndex.read(file).shards().values());
      } catch (IOException e) {
        throw MalformedFileException.of(file, e);
      }
    }
    return files;
  }

  /**
   * Whether the tensors are in the order in which their modules were made, as {@code torch.save}
   * keeps it; a .safetensors file sorts them by type and name.
   */
  public boolean isOrdered() {
    return ordered;
  }

  /** The tensors by name, in the order of the file; "module." before every name is left out. */
  public Map<String, TorchTensor> tensors() {
    return tensors;
  }

  /**
   * One tensor.
   *
   * @throws IllegalArgumentException if there is none of this name; the message lists the nearest
   */
  public TorchTensor tensor(String name) {
    TorchTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          file
              + " has no tensor "
              + name
              + "; the nearest of its names are "
              + Names.nearest(name, tensors.keySet(), SHOWN).stream()
                  .map(Names::printable)
                  .toList());
    }
    return tensor;
  }

  /** Bytes that are read or gathered, before any are; each storage counts once. */
  private static void checkHeap(Map<String, TensorView> views) throws MalformedFileException {
    Map<String, Long> storages = new HashMap<>();
    long total = 0;
    for (TensorView view : views.values()) {
      long bytes = view.isContiguous() ? 0 : view.bytes();
      TorchArchive.checkHeap(bytes);
      if (storages.put(view.storage().key(), view.storage().bytes()) == null) {
        bytes = saturated(bytes, view.storage().bytes());
      }
      total = saturated(total, bytes);
    }
    TorchArchive.checkTotal(total);
  }

  private static long saturated(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
