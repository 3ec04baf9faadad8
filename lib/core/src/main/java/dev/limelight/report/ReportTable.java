package dev.limelight.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A table that readers can sort.
 *
 * @param caption what it shows
 * @param columns the heads
 * @param rows as many cells in each as there are columns
 */
@API(status = Status.INTERNAL)
public record ReportTable(String caption, List<String> columns, List<List<Cell>> rows) {

  /**
   * A cell.
   *
   * @param text what is read; a picture's name becomes a link to it
   * @param value what is sorted by, or null to sort by the text; NaN goes last
   * @param note a remark in small print; may be empty
   */
  public record Cell(String text, @Nullable Double value, String note) {

    /** Checks. */
    public Cell {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(note, "note");
    }

    /** A text. */
    public static Cell of(String text) {
      return new Cell(text, null, "");
    }

    /** A number with so many decimals; a dash where it is NaN. */
    public static Cell of(double value, int decimals) {
      String text =
          Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%." + decimals + "f", value);
      return new Cell(text, value, "");
    }

    /** The same with a remark. */
    public Cell withNote(String remark) {
      return new Cell(text, value, remark);
    }
  }

  /** Checks and copies. */
  public ReportTable {
    Objects.requireNonNull(caption, "caption");
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("table '" + caption + "' has no column");
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).size() != columns.size()) {
        throw new IllegalArgumentException(
            "table '"
                + caption
                + "' has "
                + columns.size()
                + " columns, and row "
                + i
                + " has "
                + rows.get(i).size()
                + " cells");
      }
    }
  }

  /** Whether a column holds numbers alone. */
  boolean numeric(int column) {
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).value() != null);
  }
}
