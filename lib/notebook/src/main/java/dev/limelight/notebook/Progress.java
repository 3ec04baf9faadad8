package dev.limelight.notebook;

import dev.limelight.io.Html;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A progress bar with the time left. When the work is done, one line without times remains, so that
 * a stored notebook does not change from run to run.
 */
public final class Progress implements AutoCloseable {

  /** Readers cannot follow faster updates. */
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
   * Records that a step is done.
   *
   * @throws java.util.concurrent.CancellationException if the kernel was asked to stop
   */
  public void step() {
    step("");
  }

  /**
   * Records that a step is done.
   *
   * @param note text next to the bar, such as {@code "loss 0.31"}
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

  /** Shows how many steps were done. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      live.put(
          done == steps
              ? StatusLine.done(what + ": " + steps + " of " + steps)
              : StatusLine.doing(what + ": stopped after " + done + " of " + steps));
    }
  }

  private Rendering rendering(String note) {
    double share = (double) done / steps;
    double seconds = (clock.getAsLong() - start) / 1e9 * (steps - done) / done;
    String left = done == 0 ? "" : left(seconds);
    String text = what + ": " + done + " of " + steps + left + (note.isEmpty() ? "" : ", " + note);
    return bar(what, share, text);
  }

  /** A bar and the text next to it. */
  static Rendering bar(String what, double share, String text) {
    String html =
        "<div style=\"display:flex;align-items:center;gap:10px\">"
            + "<div role=\"progressbar\" aria-label=\""
            + Html.escape(what)
            + "\" style=\"width:180px;height:8px;background:#e6e6e6;border-radius:4px\">"
            + "<div style=\"width:"
            + String.format(Locale.ROOT, "%.1f", share * 100)
            + "%;height:8px;background:#0072b2;border-radius:4px\"></div></div><span>"
            + Html.escape(text)
            + "</span></div>";
    return new Rendering(html, text);
  }

  static String left(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, ", about %.0f s left", Math.max(1, seconds));
    }
    return String.format(Locale.ROOT, ", about %.0f min left", seconds / 60);
  }
}
