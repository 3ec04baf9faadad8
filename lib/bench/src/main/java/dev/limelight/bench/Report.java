package dev.limelight.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Markdown file with sections for tables, each between two markers.
 *
 * @param file the file
 */
public record Report(Path file) {

  private static final String END = "<!-- end -->";

  /** Writes a table into its section. */
  public void write(String name, List<String> rows) throws IOException {
    String table = String.join("\n", rows);
    System.out.println(table + "\n");
    String begin = "<!-- bench: " + name + " -->";
    String text = Files.readString(file);
    int from = text.indexOf(begin);
    int to = text.indexOf(END, from);
    if (from < 0 || to < 0) {
      throw new IOException(file + " has no section for a table: " + begin + " ... " + END);
    }
    Files.writeString(
        file, text.substring(0, from + begin.length()) + "\n" + table + "\n" + text.substring(to));
  }
}
