package dev.limelight.cli.console;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A progress line that is updated during work and removed at the end; in a log, a line every ten
 * seconds.
 */
public final class ProgressLine implements LongConsumer, AutoCloseable {

  private static final long NANOS_BETWEEN_UPDATES = 200_000_000L;
  private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

  private final PrintWriter out;
  private final boolean log;
  private final String what;
  private final String unit;
  private final LongSupplier clock;
  private final long start;
  private long total;
  private long done;
  private long shown;
  private int width;

  /**
   * A line.
   *
   * @param log whether lines stay, as they do where there is no terminal
   */
  public ProgressLine(PrintWriter out, boolean log, String what, String unit, LongSupplier clock) {
    this.out = out;
    this.log = log;
    this.what = what;
    this.unit = unit;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.shown = start;
  }

  /** A line on standard error. */
  public static ProgressLine of(CommandSpec spec, String what, String unit) {
    PrintWriter err = spec.commandLine().getErr();
    return new ProgressLine(err, System.console() == null, what, unit, System::nanoTime);
  }

  /** Sets the total number. */
  public void expect(long all) {
    total = all;
  }

  /** Sets the number done so far. */
  public void reached(long all) {
    accept(all - done);
  }

  @Override
  public void accept(long passes) {
    done += passes;
    long now = clock.getAsLong();
    if (now - shown >= (log ? NANOS_BETWEEN_LINES : NANOS_BETWEEN_UPDATES)) {
      shown = now;
      show(text(now));
    }
  }

  private String text(long now) {
    if (total <= done) {
      return what + ": " + done + " " + unit;
    }
    if (done == 0) {
      return what + ": 0 of " + total + " " + unit;
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
    if (log) {
      out.println("progress: " + text);
      out.flush();
      return;
    }
    out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
    out.flush();
    width = text.length();
  }

  /** Removes the line before something else is printed. */
  public void clear() {
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
