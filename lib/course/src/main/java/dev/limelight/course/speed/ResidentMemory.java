package dev.limelight.course.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The resident memory of a process, as Linux reports it; NaN on other systems.
 *
 * @param process its identifier
 */
public record ResidentMemory(long process) {

  private static final String RESET_PEAK = "5";

  /** The memory of this process. */
  public static ResidentMemory ofThisProcess() {
    return new ResidentMemory(ProcessHandle.current().pid());
  }

  /** The current size, in megabytes. */
  public double now() throws IOException {
    return megabytes("VmRSS:");
  }

  /** The largest size since {@link #resetPeak}, in megabytes. */
  public double peak() throws IOException {
    return megabytes("VmHWM:");
  }

  /** Starts a new peak, where the system allows it. */
  public void resetPeak() throws IOException {
    if (Files.isWritable(file("clear_refs"))) {
      Files.writeString(file("clear_refs"), RESET_PEAK);
    }
  }

  private double megabytes(String name) throws IOException {
    if (!Files.isReadable(file("status"))) {
      return Double.NaN;
    }
    return Files.readAllLines(file("status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
        .sum();
  }

  private Path file(String name) {
    return Path.of("/proc", String.valueOf(process), name);
  }
}
