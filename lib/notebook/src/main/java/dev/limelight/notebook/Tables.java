package dev.limelight.notebook;

import dev.limelight.io.Html;
import dev.limelight.notebook.chart.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables as HTML: a caption, and right-aligned numbers with the same decimals in each column. */
final class Tables {

  /** The number of rows shown; further rows are counted. */
  static final int MOST_ROWS = 20;

  private static final String TABLE =
      "<table style=\"border-collapse:collapse;margin:0.3em 0;width:auto\">";
  private static final String CAPTION =
      "<caption style=\"caption-side:top;text-align:left;padding:0 0 0.3em;font-weight:600\">";
  private static final String HEAD =
      ";border-bottom:1.5px solid currentColor;font-weight:600;text-align:";
  private static final String CELL = ";border-bottom:1px solid #ddd;text-align:";

  /** With more columns than this the padding is smaller, to fit on a page. */
  private static final int WIDE = 6;

  /** Texts up to this length stay on one line. */
  private static final int NAME = 24;

  private Tables() {}

  static Rendering of(Table table) {
    int rows = Math.min(table.rowCount(), MOST_ROWS);
    List<String> names = new ArrayList<>();
    List<Boolean> numeric = new ArrayList<>();
    List<List<String>> cells = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      cells.add(new ArrayList<>());
    }
    for (Column<?> column : table.columns()) {
      names.add(column.name());
      numeric.add(column instanceof NumericColumn);
      List<String> shown =
          column instanceof NumericColumn<?> numbers ? numbers(numbers, rows) : words(column, rows);
      for (int row = 0; row < rows; row++) {
        cells.get(row).add(shown.get(row));
      }
    }
    return render(table.name(), names, numeric, cells, table.rowCount() - rows);
  }

  /** Two columns without a header: name and value. */
  static Rendering pairs(String caption, List<List<String>> rows) {
    return render(caption, List.of(), List.of(false, false), rows, 0);
  }

  private static List<String> words(Column<?> column, int rows) {
    List<String> words = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      words.add(column.isMissing(row) ? "" : column.getString(row));
    }
    return words;
  }

  private static List<String> numbers(NumericColumn<?> column, int rows) {
    double largest = 0;
    boolean whole = true;
    for (int row = 0; row < rows; row++) {
      double value = column.getDouble(row);
      if (!column.isMissing(row) && !Double.isNaN(value) && !Double.isInfinite(value)) {
        largest = Math.max(largest, Math.abs(value));
        whole &= value == Math.rint(value) && Math.abs(value) < 1e15;
      }
    }
    List<String> numbers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      double value = column.getDouble(row);
      if (column.isMissing(row)) {
        numbers.add("");
      } else if (Double.isNaN(value) || Double.isInfinite(value)) {
        numbers.add(String.valueOf(value));
      } else if (whole) {
        numbers.add(Numbers.fixed(value, 0));
      } else if (Numbers.needsExponent(largest)) {
        numbers.add(String.format(java.util.Locale.ROOT, "%.2e", value));
      } else {
        numbers.add(Numbers.fixed(value, Math.max(1, Numbers.decimals(largest))));
      }
    }
    return numbers;
  }

  private static Rendering render(
      @Nullable String caption,
      List<String> head,
      List<Boolean> numeric,
      List<List<String>> cells,
      int rowsLeftOut) {
    String padding = numeric.size() > WIDE ? "padding:0.2em 0.4em" : "padding:0.2em 0.8em";
    StringBuilder html = new StringBuilder(TABLE);
    StringBuilder text = new StringBuilder();
    if (caption != null && !caption.isBlank()) {
      html.append(CAPTION).append(Html.escape(caption)).append("</caption>");
      text.append(caption).append('\n');
    }
    if (!head.isEmpty()) {
      html.append("<thead><tr>");
      for (int i = 0; i < head.size(); i++) {
        html.append("<th scope=\"col\" style=\"")
            .append(padding)
            .append(HEAD)
            .append(side(numeric.get(i)));
        html.append("\">").append(Html.escape(head.get(i))).append("</th>");
      }
      html.append("</tr></thead>");
      text.append(String.join(" | ", head)).append('\n');
    }
    html.append("<tbody>");
    for (List<String> row : cells) {
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        html.append("<td style=\"")
            .append(row.get(i).length() <= NAME ? "white-space:nowrap;" : "");
        html.append(padding).append(CELL).append(side(numeric.get(i))).append("\">");
        html.append(Html.escape(row.get(i))).append("</td>");
      }
      html.append("</tr>");
      text.append(String.join(" | ", row)).append('\n');
    }
    html.append("</tbody>");
    if (rowsLeftOut > 0) {
      String more = "… " + rowsLeftOut + (rowsLeftOut == 1 ? " more row" : " more rows");
      html.append(
          "<tfoot><tr><td style=\"padding:0.2em 0.8em;text-align:left;"
              + StatusLine.QUIET
              + "\" colspan=\"");
      html.append(Math.max(1, head.size())).append("\">").append(more).append("</td></tr></tfoot>");
      text.append(more).append('\n');
    }
    html.append("</table>");
    return new Rendering(html.toString(), text.toString().strip());
  }

  private static String side(boolean numeric) {
    return numeric ? "right" : "left";
  }
}
