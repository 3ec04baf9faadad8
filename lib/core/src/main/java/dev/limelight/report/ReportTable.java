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
 * @param caption of the table
 * @param columns the headers
 * @param rows with one cell per column
 */
@API(status = Status.INTERNAL)
public record ReportTable(String caption, List<String> columns, List<List<Cell>> rows) {

  /**
   * A cell.
   *
   * @param text of the cell; a picture's name becomes a link to it
   * @param value by which rows are sorted, or null to sort by the text; NaN is last
   * @param note a remark in small print; may be empty
   */
  public record Cell(String text, @Nullable Double value, String note) {

    /** Checks. */
    public Cell {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(note, "note");
    }

    /** A cell with a text. */
    public static Cell of(String text) {
      return new Cell(text, null, "");
    }

    /** A cell with a number of so many decimals, or a dash for NaN. */
    public static Cell of(double value, int decimals) {
      String text =
          Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%." + decimals + "f", value);
      return new Cell(text, value, "");
    }

    /** The same cell with a remark. */
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
                + " columns, but row "
                + i
                + " has "
                + rows.get(i).size()
                + " cells");
      }
    }
  }

  /** Whether a column has only numbers. */
  boolean numeric(int column) {
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).value() != null);
  }
}
