package dev.limelight.cli.console;

import dev.limelight.io.Names;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of text with aligned columns, two spaces apart. */
public final class Table {

  private final List<String[]> rows;

  public Table(int size) {
    rows = new ArrayList<>(size);
  }

  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(Names::onOneLine).toArray(String[]::new));
  }

  public void print(PrintWriter out) {
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i]);
        if (i < row.length - 1) {
          line.append(" ".repeat(width(i) - row[i].length() + 2));
        }
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }
}
