package dev.limelight.course.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The resident memory of a process, as Linux tells it; elsewhere it is not known and NaN.
 *
 * @param process its number
 */
public record ResidentMemory(long process) {

  private static final String RESET_PEAK = "5";

  /** That of this process. */
  public static ResidentMemory own() {
    return new ResidentMemory(ProcessHandle.current().pid());
  }

  /** What it takes now, in megabytes. */
  public double now() throws IOException {
    return megabytes("VmRSS:");
  }

  /** The most that it took since {@link #forgetPeak}, in megabytes. */
  public double peak() throws IOException {
    return megabytes("VmHWM:");
  }

  /** Begins to look for the most anew, where the system allows it. */
  public void forgetPeak() throws IOException {
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
