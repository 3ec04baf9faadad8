package dev.limelight.sink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The Python of TensorBoard, Weights &amp; Biases and MLflow, which ./lab test sets up. */
final class TrackingPython {

  private static final String PROPERTY = "LIMELIGHT_TRACKING";

  private TrackingPython() {}

  static void assumeInstalled() {
    if (!isInstalled()) {
      System.out.println(reason());
    }
    Assumptions.assumeTrue(isInstalled(), TrackingPython::reason);
  }

  static boolean isInstalled() {
    String python = System.getProperty(PROPERTY);
    return python != null && Files.isExecutable(Path.of(python));
  }

  static String reason() {
    return "skipped: the Python "
        + System.getProperty(PROPERTY)
        + " is not there; ./lab test installs it";
  }

  static ProcessBuilder process(String... arguments) {
    List<String> command = new ArrayList<>(List.of(System.getProperty(PROPERTY)));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** Ends a process and all that it has started. */
  static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    children.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
    children.forEach(child -> child.onExit().join());
  }
}
