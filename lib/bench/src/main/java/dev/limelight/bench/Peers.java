package dev.limelight.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Python's libraries on the same network, in a process that takes one turn when it is asked to. */
final class Peers implements AutoCloseable {

  static final List<String> NAMES = List.of("captum", "torchcam", "grad-cam");

  private final Process process;
  private final PrintStream out;
  private final BufferedReader in;

  Peers(Path python, Path script, String network) throws IOException {
    String threads = System.getenv().getOrDefault("OMP_NUM_THREADS", "2");
    process =
        new ProcessBuilder(python.toString(), script.toString(), network, threads)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    await("ready");
  }

  /** Takes one turn of a library, or of the plain {@code forward}. */
  void turn(String name) {
    out.println(name);
    try {
      await("done");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await(String word) throws IOException {
    for (String line = in.readLine(); !word.equals(line); line = in.readLine()) {
      if (line == null) {
        throw new IOException("the Python side of the bench ended early; its error is above");
      }
    }
  }

  @Override
  public void close() {
    out.close();
    process.destroy();
  }
}
