package dev.limelight.notebook;

import ai.djl.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * What a notebook says: {@code show(x)}, {@code live()}, {@code progress("training", n)}, {@code
 * check(ok, "...")}, {@code timed("...", () -> ...)}. On a kernel these are imported already.
 *
 * <p>Stop: a kernel's interrupt only sets the interrupt flag of the thread that runs the cell; code
 * that never looks at the flag runs on. Each {@link Live#update}, {@link Progress#step} and {@link
 * #show} looks, and ends the cell with a {@link CancellationException}; a loop that shows nothing
 * calls {@link #stopIfAsked()} in its body.
 */
public final class Notebook {

  private static volatile Screen screen = new Screen.Plain();
  private static volatile OptionalLong seed = OptionalLong.empty();

  private Notebook() {}

  /**
   * Makes the running kernel show what this library makes, and adds its imports. IJava needs this
   * line once, as {@code dev.limelight.notebook.Notebook.install();}; JJava does it by itself, and
   * calling it again is harmless.
   */
  public static void install() {
    try {
      var kernel = IJavaKernel.running();
      if (kernel != null) {
        IJavaKernel.install(kernel);
      }
    } catch (LinkageError noIJava) {
      // Another kernel, or a plain program.
    }
  }

  static void use(Screen newScreen) {
    screen = Objects.requireNonNull(newScreen);
  }

  static Screen screen() {
    return screen;
  }

  /** Shows each value as an output of its own: pictures, tables, charts, records, text. */
  public static void show(Object... values) {
    stopIfAsked();
    if (values == null) {
      screen.display(Renderings.of(null), null);
      return;
    }
    for (Object value : values) {
      screen.display(Renderings.of(value), null);
    }
  }

  /** Puts values side by side in one output; a narrow page wraps them. */
  public static Object row(Object... values) {
    return new Row(List.of(values));
  }

  /** Opens one display that changes in place; it appears with the first {@link Live#update}. */
  public static Live live() {
    return new Live();
  }

  /** Opens one display that changes in place and shows its first content. */
  public static Live live(Object first) {
    Live live = new Live();
    live.update(first);
    return live;
  }

  /**
   * Opens a progress bar that tells the time left while work goes on; {@link Progress#step} moves
   * it.
   *
   * @param what what is being done, such as {@code "training"}
   * @param steps how many steps there will be
   */
  public static Progress progress(String what, long steps) {
    return new Progress(what, steps);
  }

  /**
   * Checks what the notebook claims. A true condition leaves one quiet line; a false one stops the
   * notebook with the message.
   *
   * @param condition what must hold
   * @param message what is claimed, with the numbers: {@code "accuracy 0.93 is at least 0.90"}
   * @throws CheckFailedError if the condition is false
   */
  public static void check(boolean condition, String message) {
    if (!condition) {
      throw new CheckFailedError("check failed: " + message);
    }
    screen.display(Told.done(message), null);
  }

  /**
   * The same with numbers in the message.
   *
   * @param format what is claimed, as in {@link #format}
   * @throws CheckFailedError if the condition is false
   */
  public static void check(boolean condition, String format, Object... values) {
    check(condition, format(format, values));
  }

  /** {@link String#format} that writes numbers alike on every computer. */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * Checks that a number is as expected.
   *
   * @param message what is compared
   * @param actual the number found
   * @param expected the number wanted
   * @param tolerance how far they may be apart
   * @throws CheckFailedError if they are further apart, or one is not a number
   */
  public static void checkClose(String message, double actual, double expected, double tolerance) {
    double apart = Math.abs(actual - expected);
    check(
        apart <= tolerance,
        "%s: %s is within %s of %s",
        message,
        Numbers.plain(actual),
        Numbers.plain(tolerance),
        Numbers.plain(expected));
  }

  /**
   * Does a piece of work and measures it. The cell tells what was done; how long it took is shown
   * unless {@code LIMELIGHT_TIMES=hide}, which is how notebooks are executed to be kept, since a
   * stored time changes with every run.
   *
   * @param what what is done
   * @param work the work
   * @param <T> the type of what it gives back
   * @return what the work gave back, with the time it took
   * @throws Exception what the work throws
   */
  public static <T> Timing<T> timed(String what, Callable<T> work) throws Exception {
    Live line = live(Told.doing(what));
    long start = System.nanoTime();
    T result = work.call();
    Timing<T> timing = new Timing<>(what, result, Duration.ofNanos(System.nanoTime() - start));
    line.update(timing);
    return timing;
  }

  /** The profile of this run, from {@code LIMELIGHT_PROFILE}. */
  public static Profile profile() {
    return Profile.current();
  }

  /** Seeds the engine's random numbers and remembers the seed for "How this was made". */
  public static void seed(int value) {
    Engine.getInstance().setRandomSeed(value);
    seed = OptionalLong.of(value);
  }

  /**
   * The end of a notebook: the answer in a sentence, then the numbers that carry it, the most
   * important one first. Reports read both from here.
   */
  public static Summary summary(String answer) {
    return new Summary(answer, List.of());
  }

  /** Shows how this run was made: versions, engine, profile, seed. Reports read it from here. */
  public static void provenance() {
    screen.display(Provenance.now(seed).rendering(), null);
  }

  /**
   * Ends the cell if someone asked the kernel to stop.
   *
   * @throws CancellationException if the thread that runs the cell was interrupted
   */
  public static void stopIfAsked() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped");
    }
  }

  /** Values side by side. */
  private record Row(List<Object> values) implements Showable {
    @Override
    public Rendering rendering() {
      List<String> html = new ArrayList<>();
      List<String> text = new ArrayList<>();
      for (Object value : values) {
        Rendering one = Renderings.of(value);
        html.add("<div>" + one.html() + "</div>");
        text.add(one.text());
      }
      return new Rendering(
          "<div style=\"display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start\">"
              + String.join("", html)
              + "</div>",
          String.join("\n", text));
    }
  }
}
