package dev.limelight.bench;

import ai.djl.engine.Engine;
import com.sun.management.OperatingSystemMXBean;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** Describes the machine and the versions of a measurement. */
public final class Machine {

  private Machine() {}

  /** The number of threads that engines compute with. */
  public static int threads() {
    return Setting.threads();
  }

  /**
   * A description in one sentence.
   *
   * @param peers the versions of Python's libraries, or ""
   */
  public static List<String> describe(String peers) throws IOException {
    return describe("", engines(), peers);
  }

  /**
   * A description in one sentence, of a bench that makes its own pictures.
   *
   * @param side of the pictures, in pixels
   */
  public static List<String> describe(int side) throws IOException {
    return describe("", engines(), "", side);
  }

  private static String engines() {
    return String.format(
        Locale.ROOT,
        "MXNet %s and PyTorch %s in DJL %s",
        EngineName.MXNET.engine().getVersion(),
        EngineName.PYTORCH.engine().getVersion(),
        Engine.getDjlVersion());
  }

  /**
   * A description in one sentence.
   *
   * @param card what comes before the processor, or ""
   * @param engines the versions of the engines
   * @param peers the versions of Python's libraries, or ""
   */
  public static List<String> describe(String card, String engines, String peers)
      throws IOException {
    return describe(card, engines, peers, Setting.size());
  }

  private static List<String> describe(String card, String engines, String peers, int side)
      throws IOException {
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    String text =
        String.format(
            Locale.ROOT,
            "Measured on %s: %s%s, %d of %d cores, %d GB; %s; Java %s; %s%s; images of %dx%d.",
            LocalDate.now(),
            card,
            first("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
            Setting.threads(),
            Runtime.getRuntime().availableProcessors(),
            Math.round(memory / 1e9),
            first("/etc/os-release", "PRETTY_NAME", System.getProperty("os.name")),
            System.getProperty("java.vm.version"),
            engines,
            peers.isEmpty() ? "" : "; Python: " + peers,
            side,
            side);
    return List.of(text);
  }

  /** The value of a name in a file of Linux. */
  private static String first(String file, String name, String otherwise) throws IOException {
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      return otherwise;
    }
    return Files.readAllLines(path).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceFirst("^[^:=]*[:=]", "").replace("\"", "").strip())
        .findFirst()
        .orElse(otherwise);
  }
}
