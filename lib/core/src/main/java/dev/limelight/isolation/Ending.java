package dev.limelight.isolation;

import dev.limelight.io.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a process ended that was not to end.
 *
 * @param how as a sentence about the process has it, such as "ended by signal SIGSEGV"
 * @param advice what to do, as the end of the sentence
 */
record Ending(String how, String advice) {

  /** The file in the process's folder in which a JVM says how it ended. */
  static final String REPORT = "hs_err.log";

  /** The exit code of a JVM that is told to end when its heap is full. */
  static final int HEAP = 3;

  private static final String HOSTILE = "; its file may be damaged, or made to do that";
  private static final String MEMORY =
      "; allow it more by --memory-limit, or optMemoryLimit in Java";
  private static final int LONGEST_REPORT = 8192;
  private static final Pattern SIGNAL = Pattern.compile("# {2}(SIG[A-Z]{2,6}) \\(0x");
  private static final Pattern LIBRARY =
      Pattern.compile("# Problematic frame:\\s*# .{0,3}\\[([\\w.+-]{1,60})\\+0x");
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15,
          "SIGTERM");

  /** It took longer than it may. */
  static Ending late(long seconds) {
    return new Ending(
        "was ended after its time limit of " + seconds + " s",
        "; allow it more by --time-limit, or optTimeLimit in Java");
  }

  /**
   * By an exit code.
   *
   * @param printed the last that it printed
   */
  static Ending of(int code, Path folder, Isolation limits, String printed) {
    String report = report(folder.resolve(REPORT));
    if (code == HEAP) {
      return new Ending("ran out of its heap of " + mebibytes(limits.heap()), MEMORY);
    }
    if (report.contains("insufficient memory") || printed.contains("std::bad_alloc")) {
      return new Ending("ran out of its memory of " + mebibytes(limits.memory()), MEMORY);
    }
    String words = lastWords(printed);
    Matcher signal = SIGNAL.matcher(report);
    Matcher library = LIBRARY.matcher(report);
    String in = library.find() ? " in " + library.group(1) : "";
    if (signal.find()) {
      return new Ending("ended by signal " + signal.group(1) + in, HOSTILE + words);
    }
    if (code > 128) {
      String name = SIGNALS.getOrDefault(code - 128, String.valueOf(code - 128));
      return new Ending("ended by signal " + name, HOSTILE + words);
    }
    return new Ending("ended with exit code " + code, HOSTILE + words);
  }

  /** As a whole sentence. */
  String sentence(String what, String during) {
    return what + " " + how + " while " + during + advice;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  /** The beginning of what the JVM reports; the process may have written anything there. */
  private static String report(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_REPORT), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** The last line of what a process printed, for the end of a sentence; empty if it is none. */
  private static String lastWords(String printed) {
    return printed
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("["))
        .reduce((first, second) -> second)
        .map(line -> " (it last printed " + Names.quoted(line.strip()) + ")")
        .orElse("");
  }
}
