package dev.limelight.benchmark;

import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How often sets of scenes were looked at, kept in a file of one line a look: date, set, methods. A
 * report set tells less each time that something is chosen by it.
 *
 * @param file in the folder of the results
 * @param before the lines of earlier looks
 */
@API(status = Status.INTERNAL)
public record Looks(Path file, List<String> before) {

  /** The name of the file. */
  public static final String NAME = "benchmark-looks.tsv";

  private static final String HEAD = "date\tset\tmethods";

  /**
   * Reads the looks that a folder keeps.
   *
   * @throws IOException if the file is there and is no such file, or cannot be read
   */
  public static Looks in(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return new Looks(file, List.of());
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(HEAD)) {
      throw new IOException(
          file + " does not begin with '" + HEAD.replace('\t', ' ') + "'; move it away");
    }
    return new Looks(file, lines.subList(1, lines.size()));
  }

  /** Copies the lines. */
  public Looks {
    before = List.copyOf(before);
  }

  /** How often a set was looked at, before any look that is added. */
  public int count(String set) {
    return (int)
        before.stream()
            .map(line -> line.split("\t", -1))
            .filter(parts -> parts.length > 1 && parts[1].equals(set))
            .count();
  }

  /**
   * Adds a look.
   *
   * @param set what makes the scenes, in one line
   * @throws IOException if the file cannot be written
   */
  public Looks add(String set, String methods) throws IOException {
    List<String> lines = new ArrayList<>(before);
    lines.add(LocalDate.now() + "\t" + oneField(set) + "\t" + oneField(methods));
    String text = HEAD + "\n" + String.join("\n", lines) + "\n";
    AtomicFile.write(text.getBytes(StandardCharsets.UTF_8), file);
    return new Looks(file, lines);
  }

  private static String oneField(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
