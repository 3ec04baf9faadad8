package dev.limelight.bench;

import dev.limelight.course.speed.ResidentMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Python's libraries on the same network, in a process that runs one measurement per request. */
public final class Peers implements AutoCloseable {

  /** The libraries with Grad-CAM; a turn with that name computes one map. */
  public static final List<String> NAMES = List.of("captum", "torchcam", "grad-cam");

  private final Process process;
  private final PrintStream out;
  private final BufferedReader in;

  /**
   * Starts the process, and waits until it has built the network.
   *
   * @param more further arguments of the script
   */
  public Peers(Path python, Path script, String network, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(python.toString(), script.toString(), network));
    command.addAll(List.of(String.valueOf(Setting.threads()), String.valueOf(Setting.size())));
    command.addAll(List.of(more));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    await("ready");
  }

  /**
   * Runs one turn, such as the plain {@code forward}; the names are those of the script.
   *
   * @return the answer, or ""
   */
  String turn(String name) {
    out.println(name);
    try {
      return await("done");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The milliseconds that all cores have worked for the process. */
  double cpu() {
    return Double.parseDouble(turn("cpu"));
  }

  /** The versions of the libraries. */
  public String versions() {
    return turn("versions");
  }

  ResidentMemory resident() {
    return new ResidentMemory(process.pid());
  }

  /** Waits for a line that starts with the word; returns the rest of the line. */
  private String await(String word) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith(word)) {
        return line.substring(word.length()).strip();
      }
    }
    throw new IOException("the Python side of the bench ended early; its error is above");
  }

  @Override
  public void close() {
    out.close();
    process.destroy();
  }
}
