package dev.limelight.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import picocli.CommandLine.Model.CommandSpec;

/** A progress line that is updated during work and removed at the end. */
final class ProgressLine implements LongConsumer, AutoCloseable {

  private static final long NANOS_BETWEEN_UPDATES = 200_000_000L;

  private final PrintWriter out;
  private final String what;
  private final String unit;
  private final LongSupplier clock;
  private final long start;
  private long total;
  private long done;
  private long shown;
  private int width;

  ProgressLine(PrintWriter out, String what, String unit, LongSupplier clock) {
    this.out = out;
    this.what = what;
    this.unit = unit;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.shown = start;
  }

  /** A line on standard error; without a console, where it would only fill a log, it is hidden. */
  static ProgressLine of(CommandSpec spec, String what, String unit) {
    PrintWriter out =
        System.console() == null
            ? new PrintWriter(Writer.nullWriter())
            : spec.commandLine().getErr();
    return new ProgressLine(out, what, unit, System::nanoTime);
  }

  /** Sets the total number. */
  void expect(long all) {
    total = all;
  }

  /** Sets the number done so far. */
  void reached(long all) {
    accept(all - done);
  }

  @Override
  public void accept(long passes) {
    done += passes;
    long now = clock.getAsLong();
    if (now - shown >= NANOS_BETWEEN_UPDATES) {
      shown = now;
      show(text(now));
    }
  }

  private String text(long now) {
    if (total <= done) {
      return what + ": " + done + " " + unit;
    }
    double seconds = (now - start) / 1e9 * (total - done) / done;
    return String.format(
        Locale.ROOT,
        "%s: %d of %d %s, about %s left",
        what,
        done,
        total,
        unit,
        seconds < 90
            ? String.format(Locale.ROOT, "%.0f s", Math.max(1, seconds))
            : String.format(Locale.ROOT, "%.0f min", seconds / 60));
  }

  private void show(String text) {
    out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
    out.flush();
    width = text.length();
  }

  /** Removes the line before something else is printed. */
  void clear() {
    if (width > 0) {
      show("");
      out.print("\r");
      out.flush();
      width = 0;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
