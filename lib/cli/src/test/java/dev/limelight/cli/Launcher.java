package dev.limelight.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs the packaged launcher as a process, as a user does. */
final class Launcher {

  static final Path FILE = Path.of("target/limelight/bin/limelight").toAbsolutePath();

  private static final Path FIXTURES =
      Path.of("../core/src/test/resources/fixtures").toAbsolutePath().normalize();

  private static final Path ARCHIVES = Path.of("target/archives").toAbsolutePath();

  private static final String NOTE = "note: ";

  private Launcher() {}

  /** The result of a process. */
  record Result(int exit, String out, String err) {
    List<String> rows() {
      return out.lines().toList();
    }

    /** The notes on standard error, without what each begins with. */
    List<String> notes() {
      return err.lines()
          .filter(line -> line.startsWith(NOTE))
          .map(line -> line.substring(NOTE.length()))
          .toList();
    }

    /** Standard error without the notes, and without the progress of a slow machine. */
    String errors() {
      return err.lines()
          .filter(line -> !line.startsWith(NOTE) && !line.startsWith("progress: "))
          .map(line -> line + "\n")
          .collect(Collectors.joining());
    }
  }

  static String fixture(String name) {
    return FIXTURES.resolve(name).toString();
  }

  static Result run(String... arguments) throws IOException, InterruptedException {
    return run(FILE, arguments);
  }

  static Result run(Path launcher, String... arguments) throws IOException, InterruptedException {
    return run(launcher, Map.of(), arguments);
  }

  static Result run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(FILE, environment, arguments);
  }

  /** With a file on standard input. */
  static Result runWithInput(Path input, String... arguments)
      throws IOException, InterruptedException {
    return run(FILE, Map.of(), input, null, arguments);
  }

  /** In a working directory. */
  static Result runIn(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return run(FILE, Map.of(), null, directory, arguments);
  }

  static Result run(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(launcher, environment, null, null, arguments);
  }

  private static Result run(
      Path launcher,
      Map<String, String> environment,
      Path input,
      Path directory,
      String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("limelight-out", ".txt");
    Path err = Files.createTempFile("limelight-err", ".txt");
    try {
      List<String> command = new ArrayList<>(List.of(launcher.toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      if (input != null) {
        builder.redirectInput(input.toFile());
      }
      if (directory != null) {
        builder.directory(directory.toFile());
      }
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.environment().put("DJL_OFFLINE", "true");
      builder.environment().put("LIMELIGHT_ARCHIVES", ARCHIVES.toString());
      builder.environment().put("LIMELIGHT_CACHE_DIR", ARCHIVES.resolve("facts").toString());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("still running after three minutes: " + command);
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
