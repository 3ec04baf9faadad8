package dev.limelight.torch.checkpoint;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a file that {@code torch.save} wrote, in either of its two formats. A state dict
 * may lie in the file alone or under a name such as "state_dict" or "model"; other entries, such as
 * the state of an optimizer, are ignored. Nothing in the file is run.
 */
public final class TorchCheckpoint {

  private static final int SHOWN = 5;

  private final Path file;
  private final Map<String, TorchTensor> tensors;

  private TorchCheckpoint(Path file, Map<String, TorchTensor> tensors) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Reads all tensors of a state dict.
   *
   * @param file ends in .pth or .pt as a rule
   * @throws IOException if it cannot be read, or asks for what no state dict needs; the message is
   *     one sentence with the file's name
   */
  public static TorchCheckpoint read(Path file) throws IOException {
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
      return new TorchCheckpoint(file, tensors);
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
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
          file + " has no tensor " + name + "; the nearest of its names are " + nearest(name));
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

  private List<String> nearest(String name) {
    return tensors.keySet().stream()
        .sorted(Comparator.comparingInt(known -> distance(name, known)))
        .limit(SHOWN)
        .map(Names::printable)
        .toList();
  }

  /** How many characters to add, drop or change. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
