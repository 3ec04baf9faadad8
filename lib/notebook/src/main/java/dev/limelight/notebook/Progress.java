package dev.limelight.notebook;

import dev.limelight.io.Html;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A progress bar with the time left. When the work is done it leaves one line without any time, so
 * that a stored notebook does not change from run to run.
 */
public final class Progress implements AutoCloseable {

  /** A page cannot be read faster than this. */
  private static final long NANOS_BETWEEN_UPDATES = 200_000_000L;

  private final String what;
  private final long steps;
  private final LongSupplier clock;
  private final Live live = new Live();
  private final long start;
  private long done;
  private long lastShown;
  private boolean closed;

  Progress(String what, long steps) {
    this(what, steps, System::nanoTime);
  }

  Progress(String what, long steps, LongSupplier clock) {
    if (steps < 1) {
      throw new IllegalArgumentException("a progress bar needs at least one step, not " + steps);
    }
    this.what = what;
    this.steps = steps;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.lastShown = start;
    live.put(rendering(""));
  }

  /**
   * One step is done.
   *
   * @throws java.util.concurrent.CancellationException if the kernel was asked to stop
   */
  public void step() {
    step("");
  }

  /**
   * One step is done.
   *
   * @param note what to say beside the bar, such as {@code "loss 0.31"}
   * @throws java.util.concurrent.CancellationException if the kernel was asked to stop
   */
  public synchronized void step(String note) {
    Notebook.stopIfAsked();
    done = Math.min(steps, done + 1);
    long now = clock.getAsLong();
    if (now - lastShown >= NANOS_BETWEEN_UPDATES && done < steps) {
      lastShown = now;
      live.put(rendering(note));
    }
    if (done == steps) {
      close();
    }
  }

  /** Says how far the work came. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      live.put(
          done == steps
              ? Told.done(what + ": " + steps + " of " + steps)
              : Told.doing(what + ": stopped after " + done + " of " + steps));
    }
  }

  private Rendering rendering(String note) {
    double share = (double) done / steps;
    double seconds = (clock.getAsLong() - start) / 1e9 * (steps - done) / done;
    String left = done == 0 ? "" : left(seconds);
    String said = what + ": " + done + " of " + steps + left + (note.isEmpty() ? "" : ", " + note);
    return bar(what, share, said);
  }

  /** A bar and what it says. */
  static Rendering bar(String what, double share, String said) {
    String html =
        "<div style=\"display:flex;align-items:center;gap:10px\">"
            + "<div role=\"progressbar\" aria-label=\""
            + Html.escape(what)
            + "\" style=\"width:180px;height:8px;background:#e6e6e6;border-radius:4px\">"
            + "<div style=\"width:"
            + String.format(Locale.ROOT, "%.1f", share * 100)
            + "%;height:8px;background:#0072b2;border-radius:4px\"></div></div><span>"
            + Html.escape(said)
            + "</span></div>";
    return new Rendering(html, said);
  }

  static String left(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, ", about %.0f s left", Math.max(1, seconds));
    }
    return String.format(Locale.ROOT, ", about %.0f min left", seconds / 60);
  }
}
