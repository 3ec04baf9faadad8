package dev.limelight.fuzz;

import dev.limelight.io.AtomicFile;
import dev.limelight.isolation.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} seen from outside. It is ended when a case takes too long. */
final class WorkerProcess implements AutoCloseable {

  /** In KiB: what a JVM with two engines reserves, and some. */
  private static final long MOST_ADDRESSES = 12L << 20;

  /** In KiB: a case that takes more is a finding. */
  private static final long MOST_MEMORY = 4L << 20;

  /** For the start, with the engines' libraries. */
  private static final int START_SECONDS = 120;

  /** A case may wait so much longer than it computes: other programs use the cores too. */
  private static final int PATIENCE = 6;

  /** What stands in the queue for the end of the output. */
  private static final String OVER = "";

  private final Path home;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final int samples;

  /**
   * What a case came to.
   *
   * @param outcome how it ended
   * @param description what was done to which sample
   * @param memory the most that the process had, in KiB
   */
  record Report(Outcome outcome, String description, long memory) {}

  private WorkerProcess(Path home, Process process) throws IOException {
    this.home = home;
    this.process = process;
    Thread reader = new Thread(this::readLines, "worker's output");
    reader.setDaemon(true);
    reader.start();
    String[] ready = next(START_SECONDS);
    if (ready.length < 2 || !ready[0].equals(Worker.Word.READY.name())) {
      process.destroyForcibly();
      throw new IOException("the worker does not start: " + log());
    }
    samples = Integer.parseInt(ready[1]);
  }

  /**
   * Starts one.
   *
   * @param format that it reads
   * @param root of the repository
   * @param home a folder for its temporary files, which it makes
   */
  static WorkerProcess start(String format, Path root, Path home) throws IOException {
    Path temporary = Files.createDirectories(home.resolve("tmp"));
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/bin/sh"))) {
      String limited = "ulimit -v " + MOST_ADDRESSES + " 2>/dev/null; exec \"$@\"";
      command.addAll(List.of("/bin/sh", "-c", limited, "worker"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:-OmitStackTraceInFastThrow",
            "-XX:ErrorFile=" + home.resolve("hs_err.log"),
            "-Djava.io.tmpdir=" + temporary,
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            Worker.class.getName(),
            format,
            root.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(home.resolve("worker.log").toFile());
    builder.environment().put("DJL_OFFLINE", "true");
    builder.environment().put("OPT_OUT_TRACKING", "true");
    builder.environment().putIfAbsent("OMP_NUM_THREADS", "1");
    return new WorkerProcess(home, builder.start());
  }

  /** How many samples the format has. */
  int samples() {
    return samples;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Runs a case.
   *
   * @param mask the steps that are taken, a bit each
   * @param folder an empty folder, into which its input is written
   * @param seconds of a core that it may take
   */
  Report run(long seed, long number, int mask, Path folder, int seconds) throws IOException {
    String stack = "";
    String description = "";
    try {
      Writer to = process.outputWriter(StandardCharsets.UTF_8);
      to.write(seed + "\t" + number + "\t" + mask + "\t" + folder + "\t" + seconds + "\n");
      to.flush();
    } catch (IOException e) {
      return new Report(crash(), description, 0);
    }
    Duration before = computed();
    Duration allowed = Duration.ofSeconds(seconds);
    long end = System.nanoTime() + PATIENCE * allowed.toNanos();
    while (true) {
      Duration left = allowed.minus(computed().minus(before));
      long wait = Math.min(end - System.nanoTime(), Math.max(0, left.toNanos()));
      String[] fields = next(wait / 1e9);
      boolean mayGoOn = process.isAlive() && !lines.contains(OVER) && System.nanoTime() < end;
      if (fields.length == 0 && mayGoOn && computed().minus(before).compareTo(allowed) < 0) {
        continue;
      }
      if (fields.length == 0) {
        boolean alive = process.isAlive() && !waited();
        ChildJvm.end(process);
        Outcome outcome =
            alive
                ? new Outcome(Outcome.Kind.HANG, "no end in " + seconds + " s", place(stack), stack)
                : crash();
        return new Report(outcome, description, 0);
      }
      switch (Worker.Word.valueOf(fields[0])) {
        case CASE -> description = fields[1];
        case STACK -> stack = fields[1];
        case END -> {
          long memory = Long.parseLong(fields[2]);
          Outcome.Kind kind = Outcome.Kind.valueOf(fields[1]);
          Outcome outcome =
              memory > MOST_MEMORY
                  ? new Outcome(
                      Outcome.Kind.MEMORY,
                      "more than " + (MOST_MEMORY >> 20) + " GiB",
                      fields[4],
                      kind + ": " + fields[5])
                  : new Outcome(kind, fields[3], fields[4], fields[5]);
          return new Report(outcome, description, memory);
        }
        default -> throw new IOException("unexpected: " + fields[0]);
      }
    }
  }

  /** The time that the cores have worked for the process, or zero where that is unknown. */
  private Duration computed() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Whether the process ends by itself: its output ends a little earlier. */
  private boolean waited() {
    try {
      return lines.contains(OVER) && process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The first place of the library in a stack. */
  private static String place(String stack) {
    for (String frame : stack.split(" < ")) {
      if (frame.startsWith("dev.limelight.") && !frame.startsWith("dev.limelight.fuzz.")) {
        return frame;
      }
    }
    return stack.split(" < ")[0];
  }

  private Outcome crash() throws IOException {
    waited();
    int status = process.isAlive() ? -1 : process.exitValue();
    Path report = home.resolve("hs_err.log");
    String frame = "";
    List<String> frames = new ArrayList<>();
    if (Files.exists(report)) {
      List<String> all = Files.readAllLines(report, StandardCharsets.ISO_8859_1);
      int at = all.indexOf("# Problematic frame:");
      frame = at >= 0 && at + 1 < all.size() ? all.get(at + 1).substring(1).strip() : "";
      all.stream()
          .filter(line -> line.matches("[jJCVv] .*") && frames.size() < 40)
          .forEach(frames::add);
      if (frame.isEmpty()) {
        frame = all.stream().filter(line -> line.startsWith("# ")).skip(1).findFirst().orElse("");
      }
    }
    return new Outcome(
        Outcome.Kind.CRASH,
        "exit code " + status,
        frame.isEmpty() ? log() : frame,
        String.join(" < ", frames));
  }

  /** The last line that it wrote on standard error, but for the places of a stack. */
  private String log() throws IOException {
    return Files.readAllLines(home.resolve("worker.log"), StandardCharsets.ISO_8859_1).stream()
        .filter(line -> !line.startsWith("\t"))
        .reduce("", (before, line) -> line);
  }

  /** The fields of the next line, or none if there is none in time. */
  private String[] next(double seconds) throws IOException {
    try {
      String line = lines.poll((long) (Math.max(0, seconds) * 1000), TimeUnit.MILLISECONDS);
      if (line == null) {
        return new String[0];
      }
      if (line.equals(OVER)) {
        lines.add(OVER);
        return new String[0];
      }
      return line.substring(Worker.MARK.length()).split("\t", -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void readLines() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(Worker.MARK)) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // A process that was ended has no more output.
    }
    lines.add(OVER);
  }

  @Override
  public void close() throws IOException {
    ChildJvm.end(process);
    AtomicFile.delete(home);
  }
}
