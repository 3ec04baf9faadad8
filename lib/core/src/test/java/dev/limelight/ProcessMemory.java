package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process, native memory too. */
public final class ProcessMemory {

  private ProcessMemory() {}

  /** So that the heap's own growth is over before anything is measured. */
  public static void growHeap() {
    long sum = 0;
    for (int i = 0; i < 1 << 15; i++) {
      sum += new byte[1 << 16].length;
    }
    assertThat(sum).isEqualTo(1L << 31);
  }

  /** Its resident size after a collection; nothing where the system tells none. */
  public static long resident() throws IOException {
    System.gc();
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }
}
