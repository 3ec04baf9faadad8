package dev.limelight.bench.gpu;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.limelight.bench.Machine;
import dev.limelight.bench.OwnProcess;
import dev.limelight.bench.Report;
import dev.limelight.bench.Setting;
import dev.limelight.bench.Table;
import dev.limelight.course.speed.Throughput;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Networks on a GPU: what maps take there beside the user's own forward pass and Python's
 * libraries, and how much they differ from the CPU's. If no engine finds a GPU, it prints a message
 * and writes nothing. Each network and engine has a process, as engines slow each other.
 */
public final class GpuBench {

  private static final List<String> NETWORKS =
      List.of("resnet50", "tf_efficientnet_lite0", "mobilenet_v3_large");

  /** The network on which all methods are compared. */
  private static final String LIGHT = "mobilenet_v3_large";

  private static final List<EngineName> ENGINES =
      List.of(EngineName.PYTORCH, EngineName.ONNX_RUNTIME);

  /** The environment in which NVIDIA's libraries compute with whole float32 numbers. */
  private static final Map<String, String> EXACT = Map.of("NVIDIA_TF32_OVERRIDE", "0");

  private final Map<String, Table> tables = new LinkedHashMap<>();
  private String versions = "";

  private GpuBench() {
    tables.put(
        "gpu",
        new Table(
            2,
            "network",
            "what runs where",
            "plain forward, ms",
            "Grad-CAM, ms",
            "ratio",
            "saliency, ms",
            "ratio"));
    tables.put(
        "gpu batches",
        new Table(
            2,
            "network",
            "what runs where",
            "plain forward, ms per image",
            "Grad-CAM, ms per image",
            "ratio",
            "of one image at a time"));
    tables.put(
        "gpu peers", new Table(2, "network", "library", "ms", "of Limelight on TorchScript"));
    tables.put(
        "gpu maps", new Table(3, "network", "what runs where", "TF32", "Grad-CAM", "saliency"));
    tables.put(
        "gpu methods",
        new Table(
            2,
            "network",
            "what runs where",
            "methods",
            "largest difference",
            "above 1e-4",
            "too slow on the CPU"));
  }

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}; the models are a folder of networks as
   *     TorchScript and ONNX
   */
  public static void main(String[] args) throws IOException {
    if (ENGINES.stream().noneMatch(GpuBench::hasGpu)) {
      System.out.println("skipped: no GPU; docs/GPU.md describes what an engine needs to find one");
      return;
    }
    Setting setting = Setting.of(args);
    GpuBench bench = new GpuBench();
    for (String network : NETWORKS) {
      for (Placement placement : Placement.values()) {
        if (hasGpu(placement.engine())) {
          bench.process(Map.of(), GpuMaps.class, args, placement.name(), network, GpuMaps.TWO);
          bench.process(EXACT, GpuMaps.class, args, placement.name(), network, GpuMaps.TWO);
          bench.process(Map.of(), GpuTimes.class, args, placement.name(), network);
        }
      }
    }
    for (Placement placement : Placement.values()) {
      if (hasGpu(placement.engine())) {
        bench.process(EXACT, GpuMaps.class, args, placement.name(), LIGHT, GpuMaps.ALL);
      }
    }
    Report report = new Report(setting.report());
    for (Map.Entry<String, Table> table : bench.tables.entrySet()) {
      report.write(table.getKey(), table.getValue().lines());
    }
    report.write("gpu throughput", throughput(setting).lines());
    report.write("gpu machine", machine(bench.versions));
  }

  private static boolean hasGpu(EngineName engine) {
    return Devices.of(engine).stream().anyMatch(Device::isGpu);
  }

  /** Measures in a process, and takes over the rows that it prints, also where it fails. */
  private void process(
      Map<String, String> environment, Class<?> main, String[] args, String... more) {
    List<String> arguments = new ArrayList<>(List.of(args));
    Collections.addAll(arguments, more);
    try {
      OwnProcess.run(main, List.of("-Xmx2g"), environment, arguments, this::take);
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  private void take(String line) {
    System.out.println(line);
    if (line.startsWith(GpuTimes.VERSIONS)) {
      versions = line.substring(GpuTimes.VERSIONS.length());
    }
    Row.of(line).ifPresent(row -> row.addTo(Objects.requireNonNull(tables.get(row.table()))));
  }

  /** Images explained in a second on each device. */
  private static Table throughput(Setting setting) throws IOException {
    Path network = setting.models().resolve("tf_efficientnet_lite0.pt");
    Table table =
        new Table(
            2,
            "engine",
            "device",
            "images per second, one at a time",
            "in batches of " + Throughput.LARGEST_BATCH,
            "peak resident memory, MB");
    for (EngineName engine : ENGINES) {
      for (Device device : Devices.of(engine)) {
        Throughput measured =
            Throughput.measure(
                new ModelFile(network, engine, device),
                Machine.threads(),
                1,
                Throughput.LARGEST_BATCH);
        table.row(
            engine.title(),
            device.isGpu() ? Card.of(device).name() : Machine.threads() + " cores",
            measured.perSecond(1),
            measured.perSecond(Throughput.LARGEST_BATCH),
            measured.megabytes());
      }
    }
    return table;
  }

  private static List<String> machine(String peers) throws IOException {
    List<String> engines = new ArrayList<>();
    for (EngineName engine : ENGINES) {
      if (engine.isUsable()) {
        engines.add(engine.title() + " " + engine.version());
      }
    }
    return Machine.describe(
        Card.of(Device.gpu(0)).described() + "; ",
        String.join(" and ", engines) + " in DJL " + Engine.getDjlVersion(),
        peers);
  }
}
