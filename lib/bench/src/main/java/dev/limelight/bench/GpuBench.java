package dev.limelight.bench;

import ai.djl.Device;
import dev.limelight.course.speed.Throughput;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The same network on each device of each engine: pictures per second and memory of the process. If
 * no engine finds a GPU, it prints a message and writes nothing.
 */
public final class GpuBench {

  private static final List<EngineName> ENGINES = List.of(EngineName.MXNET, EngineName.PYTORCH);
  private static final Path NETWORK = Path.of("efficientnet-lite0");

  private GpuBench() {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the table
   */
  public static void main(String[] args) throws IOException {
    if (ENGINES.stream().flatMap(e -> Devices.of(e).stream()).noneMatch(Device::isGpu)) {
      System.out.println("skipped: no GPU; docs/GPU.md describes what an engine needs to find one");
      return;
    }
    Table table =
        new Table(
            3,
            "engine",
            "device",
            "card",
            "images per second, one at a time",
            "in batches of " + Throughput.LARGEST_BATCH,
            "peak resident memory, MB");
    for (EngineName engine : ENGINES) {
      for (Device device : Devices.of(engine)) {
        ModelFile model = new ModelFile(NETWORK, engine, device);
        Throughput measured =
            Throughput.measure(model, Setting.threads(), 1, Throughput.LARGEST_BATCH);
        table.row(
            engine,
            Devices.name(device),
            card(device),
            measured.perSecond(1),
            measured.perSecond(Throughput.LARGEST_BATCH),
            measured.megabytes());
      }
    }
    new Report(Path.of(args[0])).write("gpu", table.lines());
  }

  /** The name of the card according to nvidia-smi. */
  private static String card(Device device) throws IOException {
    if (!device.isGpu()) {
      return "-";
    }
    Process tool =
        new ProcessBuilder(
                "nvidia-smi",
                "--query-gpu=name",
                "--format=csv,noheader",
                "--id=" + device.getDeviceId())
            .start();
    return new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
