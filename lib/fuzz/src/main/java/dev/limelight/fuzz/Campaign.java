package dev.limelight.fuzz;

import dev.limelight.fuzz.WorkerProcess.Report;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Temporary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the cases of one format in workers, a new one after each that ended. */
final class Campaign implements AutoCloseable {

  private static final int ALL_STEPS = (1 << Case.MOST_STEPS) - 1;

  /** A worker is renewed after so many cases, so that no case suffers from what others left. */
  private static final int CASES_OF_A_WORKER = 2_000;

  private final String format;
  private final Path root;
  private final long seed;
  private final int seconds;
  private final Findings findings;
  private final Consumer<String> progress;
  private final Path home;
  private final Map<Outcome.Kind, Integer> counts = new EnumMap<>(Outcome.Kind.class);
  private final Set<String> signatures = new HashSet<>();
  private long memory;
  private long largest;
  private int workers;
  private int cases;
  private @Nullable WorkerProcess worker;

  /**
   * What came of a format.
   *
   * @param format its name
   * @param counts cases by how they ended
   * @param findings different ones
   * @param memory the most that a worker had, in KiB
   * @param largest the case in which it had it
   */
  record Tally(
      String format, Map<Outcome.Kind, Integer> counts, int findings, long memory, long largest) {

    int count(Outcome.Kind kind) {
      return counts.getOrDefault(kind, 0);
    }
  }

  /**
   * A campaign that has not begun.
   *
   * @param seconds of a core that a case may take
   * @param findings where those are written
   * @param progress is told of each new finding
   */
  Campaign(
      String format,
      Path root,
      long seed,
      int seconds,
      Findings findings,
      Consumer<String> progress)
      throws IOException {
    this.format = format;
    this.root = root;
    this.seed = seed;
    this.seconds = seconds;
    this.findings = findings;
    this.progress = progress;
    home = Temporary.add(Files.createTempDirectory("limelight-fuzz"));
  }

  /** Runs every sample unchanged, then damaged ones until there were enough or the time is over. */
  Tally run(long most, long untilNanos) throws IOException {
    int samples = worker().samples();
    for (int i = 0; i < samples; i++) {
      next(-1 - i);
    }
    if (counts.getOrDefault(Outcome.Kind.SUCCEEDED, 0) == 0) {
      String none = "no sample is read";
      keep(-1, new Report(new Outcome(Outcome.Kind.EXCEPTION, none, "", ""), none, 0));
    }
    for (long number = 0; number < most && System.nanoTime() < untilNanos; number++) {
      next(number);
    }
    return tally();
  }

  /** Runs one case. */
  Report next(long number) throws IOException {
    Report report = once(number, ALL_STEPS);
    cases++;
    if (report.memory() > memory) {
      memory = report.memory();
      largest = number;
    }
    counts.merge(report.outcome().kind(), 1, Integer::sum);
    if (report.outcome().isFinding()) {
      keep(number, report);
    }
    return report;
  }

  Tally tally() {
    return new Tally(format, new EnumMap<>(counts), signatures.size(), memory, largest);
  }

  private void keep(long number, Report report) throws IOException {
    if (!signatures.add(report.outcome().signature())) {
      return;
    }
    progress.accept(format + " " + seed + "-" + number + ": " + report.outcome().signature());
    int mask = number < 0 ? ALL_STEPS : smallest(number, report);
    Path folder = fresh("case");
    Report last = once(number, mask, folder);
    findings.write(format, seed, number, folder, report, last);
  }

  /** The fewest steps that end in the same way. */
  private int smallest(long number, Report report) throws IOException {
    int mask = ALL_STEPS;
    for (int i = 0; i < Case.MOST_STEPS; i++) {
      int fewer = mask & ~(1 << i);
      if (once(number, fewer).outcome().signature().equals(report.outcome().signature())) {
        mask = fewer;
      }
    }
    return mask;
  }

  private Report once(long number, int mask) throws IOException {
    return once(number, mask, fresh("case"));
  }

  private Report once(long number, int mask, Path folder) throws IOException {
    return worker().run(seed, number, mask, folder, seconds);
  }

  private WorkerProcess worker() throws IOException {
    WorkerProcess current = worker;
    if (current != null && (!current.isAlive() || cases >= CASES_OF_A_WORKER)) {
      current.close();
      current = null;
    }
    if (current == null) {
      current = WorkerProcess.start(format, root, home.resolve("worker-" + workers++));
      worker = current;
      cases = 0;
    }
    return current;
  }

  private Path fresh(String name) throws IOException {
    Path folder = home.resolve(name);
    AtomicFile.delete(folder);
    return Files.createDirectory(folder);
  }

  @Override
  public void close() throws IOException {
    if (worker != null) {
      worker.close();
    }
    Temporary.delete(home);
  }
}
