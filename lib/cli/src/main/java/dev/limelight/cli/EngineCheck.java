package dev.limelight.cli;

import dev.limelight.io.AtomicFile;
import dev.limelight.isolation.ChildJvm;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Loads an engine in a separate process: a native library that does not fit the machine may end the
 * process that loads it.
 */
final class EngineCheck {

  private static final int SECONDS = 120;

  private static final String MISSING = "missing";

  private EngineCheck() {}

  /**
   * What became of an engine.
   *
   * @param loads whether it can be used
   * @param installed whether it is on the class path
   * @param text its version and devices, or what is wrong
   */
  record Result(boolean loads, boolean installed, String text) {}

  /** Tries an engine. */
  static Result of(EngineName engine) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options());
    command.add(ChildJvm.NATIVE_ACCESS);
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(EngineCheck.class.getName());
    command.add(engine.name());
    return run(command);
  }

  /** The options of this process: the heap, and where native libraries are. */
  private static List<String> options() {
    String given = System.getenv("LIMELIGHT_JAVA_OPTS");
    return given == null || given.isBlank() ? List.of() : List.of(given.strip().split("\\s+"));
  }

  /** Runs a process that prints one line on success. */
  static Result run(List<String> command) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("limelight-doctor");
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out)
              .redirectError(err)
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        return new Result(false, true, "did not load within " + SECONDS + " s");
      }
      String printed = last(out);
      if (process.exitValue() == 0) {
        return printed.equals(MISSING)
            ? new Result(false, false, "not on the class path")
            : new Result(true, true, printed);
      }
      String reason = process.exitValue() == 1 ? last(err) : "";
      return new Result(
          false,
          true,
          reason.isEmpty()
              ? "its native library ended the process, exit code " + process.exitValue()
              : "does not load: " + reason);
    } finally {
      AtomicFile.delete(folder);
    }
  }

  private static String last(File file) throws IOException {
    return new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((first, second) -> second)
        .orElse("");
  }

  /** The child process: loads one engine, or prints why it cannot. */
  public static void main(String[] args) {
    EngineName name = EngineName.valueOf(args[0]);
    try {
      if (!name.isInstalled()) {
        System.out.println(MISSING);
        System.exit(0);
      }
      String version = name.version();
      String devices = String.join(", ", Devices.of(name).stream().map(Devices::name).toList());
      System.out.println(version + " on " + devices);
      System.exit(0);
    } catch (Exception | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = cause.getMessage();
      System.err.println(
          (message == null ? cause.getClass().getSimpleName() : message).replaceAll("\\s+", " "));
      System.exit(1);
    }
  }
}
