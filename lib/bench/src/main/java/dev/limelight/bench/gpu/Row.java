package dev.limelight.bench.gpu;

import dev.limelight.bench.Table;
import java.util.List;
import java.util.Optional;

/**
 * A row that a process prints for the bench that started it.
 *
 * @param table the section that it belongs to
 * @param cells its texts
 */
record Row(String table, List<String> cells) {

  /** Begins a line; engines print other lines. */
  private static final String MARK = "limelight-row: ";

  private static final String BETWEEN = " | ";

  /** Keeps its own list. */
  Row {
    cells = List.copyOf(cells);
  }

  /** Prints a row of texts. */
  static void print(String table, String... cells) {
    System.out.println(MARK + table + BETWEEN + String.join(BETWEEN, cells));
  }

  /** The row in a line, if it holds one. */
  static Optional<Row> of(String line) {
    if (!line.startsWith(MARK)) {
      return Optional.empty();
    }
    List<String> all = List.of(line.substring(MARK.length()).split(" \\| ", -1));
    return Optional.of(new Row(all.get(0), all.subList(1, all.size())));
  }

  /** Adds it to its table. */
  void addTo(Table to) {
    to.row(cells.toArray());
  }
}
