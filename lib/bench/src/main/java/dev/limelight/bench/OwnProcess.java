package dev.limelight.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A part of a benchmark that runs in a process for it alone, with the options of this one: its
 * memory is free for the next part, and the waiting threads of one engine do not slow another.
 */
public final class OwnProcess {

  private OwnProcess() {}

  /**
   * Runs a program to its end. Its errors go where those of this process go.
   *
   * @param program has a main method
   * @param options of its Java, beside those of this one
   * @param arguments of the program
   * @return the lines that it printed
   * @throws IOException if it fails
   */
  public static List<String> lines(Class<?> program, List<String> options, String... arguments)
      throws IOException {
    List<String> lines = new ArrayList<>();
    run(program, options, Map.of(), List.of(arguments), lines::add);
    return lines;
  }

  /**
   * Runs a program to its end, as {@link #lines} does.
   *
   * @param environment variables, beside those of this process
   * @param line takes each line as it is printed
   * @throws IOException if it fails
   */
  public static void run(
      Class<?> program,
      List<String> options,
      Map<String, String> environment,
      List<String> arguments,
      Consumer<String> line)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      out.lines().forEach(line);
      if (process.waitFor() != 0) {
        throw new IOException(
            "the process of " + String.join(" ", arguments) + " failed; its error is above");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a process of the bench ran", e);
    } finally {
      process.destroy();
    }
  }
}
