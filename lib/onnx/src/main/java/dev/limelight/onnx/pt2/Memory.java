package dev.limelight.onnx.pt2;

import dev.limelight.support.UnsupportedException;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a program at a moment of its run. Operators that work in place change what other
 * names mean: a changed view is written back to what it is a view of, and views of what was changed
 * are computed again when they are read.
 */
final class Memory {

  /** What tensors share. */
  private static final class Storage {
    long version;
    String writer = "";
    boolean lost;
  }

  /** A tensor, which several names may stand for. */
  static final class Cell {
    private String tensor;
    private final Storage storage;
    private final @Nullable View view;
    private long version;

    private Cell(String tensor, Storage storage, @Nullable View view) {
      this.tensor = tensor;
      this.storage = storage;
      this.view = view;
      version = storage.version;
    }
  }

  /** How a view was made. */
  interface Origin {

    /** Its value, computed again. */
    String again();

    /** The new value of what it is a view of. */
    String writtenBack(String part);

    /** Whether it may be a copy instead. */
    boolean mayBeCopy();
  }

  private record View(Cell of, Origin origin) {}

  private Memory() {}

  /** A tensor of its own. */
  static Cell own(String tensor) {
    return new Cell(tensor, new Storage(), null);
  }

  /** A view of another tensor. */
  static Cell view(String tensor, Cell of, Origin origin) {
    return new Cell(tensor, of.storage, new View(of, origin));
  }

  /** The value of a tensor now. */
  static String read(Cell cell) {
    Storage storage = cell.storage;
    if (cell.version < storage.version) {
      if (storage.lost || cell.view == null || cell.view.origin().mayBeCopy()) {
        throw lost(storage.writer);
      }
      read(cell.view.of());
      cell.tensor = cell.view.origin().again();
      cell.version = storage.version;
    }
    return cell.tensor;
  }

  /**
   * Changes a tensor in place.
   *
   * @param node the operator's name, for messages
   */
  static void write(Cell cell, String tensor, String node) {
    if (cell.view != null) {
      if (cell.view.origin().mayBeCopy()) {
        // Whoever reads another tensor of this storage from now on cannot know its value.
        cell.storage.lost = true;
        cell.storage.writer = node;
        cell.storage.version++;
        cell.tensor = tensor;
        cell.version = cell.storage.version;
        return;
      }
      read(cell.view.of());
      write(cell.view.of(), cell.view.origin().writtenBack(tensor), node);
    } else {
      cell.storage.writer = node;
      cell.storage.version++;
    }
    cell.tensor = tensor;
    cell.version = cell.storage.version;
  }

  private static UnsupportedException lost(String node) {
    return new UnsupportedException(
        "its node '"
            + node
            + "' changes a tensor in place that may share its memory with one used later; export"
            + " the model after run_decompositions()");
  }
}
