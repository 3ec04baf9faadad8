package dev.limelight.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;

/** A Markdown table: text columns, then number columns. */
public final class Table {

  private final List<String> lines = new ArrayList<>();

  /**
   * Starts with the headings.
   *
   * @param words the number of text columns
   */
  public Table(int words, String... headings) {
    lines.add("| " + String.join(" | ", headings) + " |");
    List<String> rule = new ArrayList<>(Collections.nCopies(words, "---"));
    rule.addAll(Collections.nCopies(headings.length - words, "---:"));
    lines.add("|" + String.join("|", rule) + "|");
  }

  /** Adds a row; numbers have one decimal, and unknown ones are a dash. */
  public Table row(Object... cells) {
    List<String> texts = new ArrayList<>();
    for (Object cell : cells) {
      texts.add(cell instanceof Double number ? decimals(1, number) : String.valueOf(cell));
    }
    lines.add("| " + String.join(" | ", texts) + " |");
    return this;
  }

  /** Converts a Tablesaw table whose text columns are first. */
  static Table of(tech.tablesaw.api.Table other) {
    int words = (int) other.columns().stream().takeWhile(StringColumn.class::isInstance).count();
    Table table = new Table(words, other.columnNames().toArray(String[]::new));
    for (Row row : other) {
      table.row(
          other.columnNames().stream()
              .map(name -> row.isMissing(name) ? "-" : row.getObject(name))
              .toArray());
    }
    return table;
  }

  /** A ratio with two decimals, or a dash. */
  public static String ratio(double value) {
    return decimals(2, value);
  }

  private static String decimals(int count, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + count + "f", value);
  }

  /** The lines. */
  public List<String> lines() {
    return lines;
  }
}
