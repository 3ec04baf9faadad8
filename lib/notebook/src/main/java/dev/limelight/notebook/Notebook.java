package dev.limelight.notebook;

import dev.limelight.model.EngineName;
import dev.limelight.notebook.chart.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a notebook: {@code show(x)}, {@code live()}, {@code progress("training", n)},
 * {@code check(ok, "...")}, {@code timed("...", () -> ...)}. On a kernel they are already imported.
 *
 * <p>Stop: a kernel's interrupt only sets the interrupt flag of the thread that runs the cell; code
 * that never checks the flag keeps running. Each {@link Live#update}, {@link Progress#step} and
 * {@link #show} checks it, and ends the cell with a {@link CancellationException}; a loop that
 * shows nothing should call {@link #stopIfAsked()}.
 */
public final class Notebook {

  private static volatile Screen screen = new Screen.Plain();
  private static volatile OptionalLong seed = OptionalLong.empty();

  private Notebook() {}

  /**
   * Adds this library's outputs and imports to the running kernel. IJava needs this line once, as
   * {@code dev.limelight.notebook.Notebook.install();}; JJava does it automatically, and calling it
   * again is harmless.
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

  /** Takes a kernel's screen; from here on DJL's default engine is one whose library is there. */
  static void use(Screen newScreen) {
    EngineName.preferInstalled();
    screen = Objects.requireNonNull(newScreen);
  }

  static Screen screen() {
    return screen;
  }

  /** Shows each value as a separate output: pictures, tables, charts, records, text. */
  public static void show(@Nullable Object @Nullable ... values) {
    stopIfAsked();
    if (values == null) {
      screen.show(Renderings.of(null));
      return;
    }
    for (Object value : values) {
      screen.show(Renderings.of(value));
    }
  }

  /** Puts values side by side in one output; a narrow page wraps them. */
  public static Object row(Object... values) {
    return new Row(List.of(values));
  }

  /** Creates a display that changes in place; it appears with the first {@link Live#update}. */
  public static Live live() {
    return new Live();
  }

  /** Creates a display that changes in place and shows its first content. */
  public static Live live(@Nullable Object first) {
    Live live = new Live();
    live.update(first);
    return live;
  }

  /**
   * Creates a progress bar with the time left; {@link Progress#step} advances it.
   *
   * @param what a description of the work, such as {@code "training"}
   * @param steps the number of steps
   */
  public static Progress progress(String what, long steps) {
    return new Progress(what, steps);
  }

  /**
   * Checks a claim of the notebook. A true condition prints one line; a false one stops the
   * notebook with the message.
   *
   * @param condition must be true
   * @param message the claim, with its numbers: {@code "accuracy 0.93 is at least 0.90"}
   * @throws CheckFailedError if the condition is false
   */
  public static void check(boolean condition, String message) {
    if (!condition) {
      throw new CheckFailedError("check failed: " + message);
    }
    screen.show(StatusLine.done(message));
  }

  /**
   * The same with formatted numbers in the message.
   *
   * @param format the claim, as in {@link #format}
   * @throws CheckFailedError if the condition is false
   */
  public static void check(boolean condition, String format, Object... values) {
    check(condition, format(format, values));
  }

  /** {@link String#format} with the same number format in every locale. */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * Checks that a number equals an expected one to within a tolerance.
   *
   * @param message a description of the number
   * @param actual the number found
   * @param expected the expected number
   * @param tolerance the largest difference allowed
   * @throws CheckFailedError if the difference is larger, or one of them is not a number
   */
  public static void checkClose(String message, double actual, double expected, double tolerance) {
    double difference = Math.abs(actual - expected);
    check(
        difference <= tolerance,
        "%s: %s is within %s of %s",
        message,
        Numbers.plain(actual),
        Numbers.plain(tolerance),
        Numbers.plain(expected));
  }

  /**
   * Runs some work and measures its time. The output has the description, and the time unless
   * {@code LIMELIGHT_TIMES=hide}. Stored notebooks are executed with that setting, because times
   * change with every run.
   *
   * @param what a description of the work
   * @param work the work
   * @param <T> the type of its result
   * @return the result with the time it took
   * @throws Exception if the work throws it
   */
  public static <T> Timing<T> timed(String what, Callable<T> work) throws Exception {
    Live line = live(StatusLine.doing(what));
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

  /**
   * Seeds the random numbers of the engine of DJL's blocks, {@link EngineName#ofBlocks}, and
   * records the seed for "How this was made".
   */
  public static void seed(int value) {
    EngineName.ofBlocks().engine().setRandomSeed(value);
    seed = OptionalLong.of(value);
  }

  /**
   * The end of a notebook: the answer in one sentence, then the numbers that support it, the most
   * important first. Reports read both from this output.
   */
  public static Summary summary(String answer) {
    return new Summary(answer, List.of());
  }

  /** Shows how this run was made: versions, engine, profile, seed. Reports read this output. */
  public static void provenance() {
    screen.show(Provenance.now(seed).rendering());
  }

  /**
   * Ends the cell if the kernel was asked to stop.
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
