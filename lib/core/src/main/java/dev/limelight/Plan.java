package dev.limelight;

import dev.limelight.method.Work;
import dev.limelight.support.Support;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cost of methods, or the reason why they cannot run, known before anything is explained.
 * Counts are for one picture in addition to the one forward pass that gives its prediction.
 *
 * @param rows one a method and layer, in the order in which they were asked for
 */
public record Plan(List<Row> rows) {

  /**
   * One method at one layer.
   *
   * @param method its name
   * @param layer where the network is cut
   * @param work how it is computed and what it costs, or null if it cannot run
   * @param bytes about how much memory it needs at once
   * @param support whether it can run, or why not and what would
   */
  public record Row(String method, String layer, @Nullable Work work, long bytes, Support support) {

    /** Whether it can run. */
    public boolean runs() {
      return support.isSupported();
    }

    /** In words: how it is computed, or why not; and with which method its map coincides. */
    public String how() {
      if (work == null) {
        return "cannot run: " + support.reason();
      }
      return work.same() == null
          ? work.how()
          : work.how() + "; the same map as " + work.same() + " up to scale";
    }

    /** The passes in words, such as "1 head backward", or "no more than the forward". */
    public String passes() {
      if (work == null) {
        return "-";
      }
      String all =
          List.of(
                  count(work.forwards(), "forward"),
                  count(work.headForwards(), "head forward"),
                  count(work.headBackwards(), "head backward"),
                  count(work.backwards(), "backward"))
              .stream()
              .filter(text -> !text.isEmpty())
              .collect(Collectors.joining(", "));
      return all.isEmpty() ? "nothing more" : all;
    }

    /** The memory in words, such as "12 MB". */
    public String memory() {
      return runs() ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6) : "-";
    }

    private static String count(long count, String noun) {
      return count == 0 ? "" : count + " " + noun + (count == 1 ? "" : "s");
    }
  }

  /** Keeps its own list. */
  public Plan {
    rows = List.copyOf(rows);
  }

  /** The first row of a method, if it was asked for. */
  public Optional<Row> row(String method) {
    return rows.stream().filter(row -> row.method().equals(method)).findFirst();
  }

  /** A table: method, passes, memory, how; a line a row. */
  @Override
  public String toString() {
    boolean several = rows.stream().map(Row::layer).distinct().count() > 1;
    int names = width(rows.stream().map(row -> name(row, several)).toList());
    int passes = width(rows.stream().map(Row::passes).toList());
    int memory = width(rows.stream().map(Row::memory).toList());
    return rows.stream()
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "%-" + names + "s  %-" + passes + "s  %" + memory + "s  %s",
                    name(row, several),
                    row.passes(),
                    row.memory(),
                    row.how()))
        .collect(Collectors.joining("\n"));
  }

  private static String name(Row row, boolean several) {
    return several ? row.method() + " at " + row.layer() : row.method();
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(1);
  }
}
