package dev.limelight.onnx.pt2;

import dev.limelight.onnx.pt2.Memory.Cell;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of one graph: their tensors, and what is known of these. */
final class Scope {

  private final Map<String, TensorMeta> metas;
  private final Map<String, Cell> cells = new HashMap<>();

  Scope(Map<String, TensorMeta> metas) {
    this.metas = metas;
  }

  void put(String name, Cell cell) {
    cells.put(name, cell);
  }

  boolean has(String name) {
    return cells.containsKey(name);
  }

  Cell cell(String name) {
    Cell cell = cells.get(name);
    if (cell == null) {
      throw Json.malformed("'" + name + "' is used, which none before makes");
    }
    return cell;
  }

  /** The value of a name now. */
  String read(String name) {
    return Memory.read(cell(name));
  }

  /** What is known of a tensor; null for a size. */
  @Nullable TensorMeta find(String name) {
    return metas.get(name);
  }

  TensorMeta meta(String name) {
    TensorMeta meta = metas.get(name);
    if (meta == null) {
      throw Json.malformed("nothing is said of the tensor '" + name + "'");
    }
    return meta;
  }
}
