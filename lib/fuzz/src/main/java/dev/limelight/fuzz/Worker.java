package dev.limelight.fuzz;

import dev.limelight.model.EngineName;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The process in which files are read. Each line on standard input, {@code SEED NUMBER MASK FOLDER
 * SECONDS}, is a case; lines on standard output that begin with {@link #MARK} say what becomes of
 * it.
 */
final class Worker {

  /** Begins a line of the worker's own: native libraries write on standard output too. */
  static final String MARK = "#fuzz\t";

  /** The first word of such a line. */
  enum Word {
    READY,
    CASE,
    STACK,
    END
  }

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private final PrintStream out;
  private final FuzzFormat format;
  private final List<Sample> samples;

  private Worker(PrintStream out, FuzzFormat format, List<Sample> samples) {
    this.out = out;
    this.format = format;
    this.samples = samples;
  }

  /** Takes the name of the format and the root of the repository. */
  public static void main(String[] args) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    EngineName.preferInstalled();
    FuzzFormat format = FuzzFormats.named(args[0]);
    Worker worker = new Worker(out, format, format.samples(Path.of(args[1])));
    worker.say(Word.READY, String.valueOf(worker.samples.size()));
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split("\t");
        worker.run(
            Case.of(format, worker.samples, Long.parseLong(words[0]), Long.parseLong(words[1]))
                .masked(Integer.parseInt(words[2])),
            Path.of(words[3]),
            Long.parseLong(words[4]));
      }
    }
    // Threads of an engine must not keep the process.
    Runtime.getRuntime().halt(0);
  }

  private void run(Case one, Path folder, long seconds) throws IOException {
    say(Word.CASE, one.toString());
    Path input = one.write(folder);
    resetMemory();
    Thread reader = Thread.currentThread();
    Thread watch = new Thread(() -> watch(reader, seconds), "watch");
    watch.setDaemon(true);
    watch.start();
    Throwable thrown = null;
    try {
      format.read(input, one.whole());
    } catch (Throwable e) {
      // Whatever it is, it is what the case is run for.
      thrown = e;
    }
    watch.interrupt();
    Outcome outcome = Outcome.of(thrown);
    say(
        Word.END,
        outcome.kind().name(),
        String.valueOf(memory()),
        outcome.error(),
        outcome.where(),
        outcome.message());
  }

  /** Says where a case is that takes long. */
  private void watch(Thread reader, long seconds) {
    try {
      while (true) {
        Thread.sleep(seconds * 800);
        say(
            Word.STACK,
            Arrays.stream(reader.getStackTrace())
                .limit(40)
                .map(frame -> frame.toString().replaceFirst("^app//", ""))
                .collect(Collectors.joining(" < ")));
      }
    } catch (InterruptedException e) {
      return;
    }
  }

  private synchronized void say(Word word, String... fields) {
    StringBuilder line = new StringBuilder(MARK).append(word);
    for (String field : fields) {
      String shorter = field.length() > 4_000 ? field.substring(0, 4_000) : field;
      line.append('\t').append(shorter.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9F}]", "?"));
    }
    out.println(line);
  }

  /** The most memory of the process since {@link #resetMemory}, in KiB; 0 where unknown. */
  private static long memory() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static void resetMemory() {
    try {
      if (Files.exists(CLEAR)) {
        Files.writeString(CLEAR, "5");
      }
    } catch (IOException e) {
      // Then it is the most since the process began.
      return;
    }
  }
}
