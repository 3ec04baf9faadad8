package dev.limelight.notebook;

import ai.djl.Device;
import dev.limelight.course.speed.Throughput;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The devices of all engines on which a model can run on this machine.
 *
 * @param available the model on each available device
 * @param skipped the missing engines and devices, with the reason
 */
public record EngineDevices(List<ModelFile> available, Map<String, String> skipped) {

  private static final String NO_GPU = "skipped: no GPU";

  /** Keeps the order of both. */
  public EngineDevices {
    available = List.copyOf(available);
    skipped = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
  }

  /**
   * Finds the devices of the given engines.
   *
   * @param model a file, a folder or the name of a published network
   * @param engines the engines
   */
  public static EngineDevices of(Path model, EngineName... engines) {
    Map<EngineName, List<Device>> devices = new LinkedHashMap<>();
    for (EngineName engine : engines) {
      devices.put(engine, Devices.of(engine));
    }
    return of(model, devices);
  }

  static EngineDevices of(Path model, Map<EngineName, List<Device>> devices) {
    List<ModelFile> available = new ArrayList<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    devices.forEach(
        (engine, list) -> {
          list.forEach(device -> available.add(new ModelFile(model, engine, device)));
          if (list.isEmpty()) {
            skipped.put(engine.djl(), "skipped: " + engine + " is not installed");
          } else if (list.stream().noneMatch(Device::isGpu)) {
            skipped.put(engine + " on a GPU", NO_GPU);
          }
        });
    return new EngineDevices(available, skipped);
  }

  /**
   * Measures each device in a separate process.
   *
   * @param bar advanced by one step per device
   * @param sizes the batch sizes
   * @throws IOException if a process cannot explain the model
   */
  public List<Throughput> measure(int threads, Progress bar, int... sizes) throws IOException {
    List<Throughput> measured = new ArrayList<>();
    for (ModelFile device : available) {
      measured.add(Throughput.measure(device, threads, sizes));
      bar.step(name(device));
    }
    return measured;
  }

  /** A number for each batch size, by the name of the device, for a chart. */
  public static Map<String, double[]> byBatch(
      List<Throughput> measured, ToDoubleFunction<Throughput.Batch> number) {
    Map<String, double[]> lines = new LinkedHashMap<>();
    measured.forEach(
        one ->
            lines.put(
                name(one.model().engine(), one.device()),
                one.batches().stream().mapToDouble(number).toArray()));
    return lines;
  }

  /** The name of a model's engine and device, such as {@code MXNet on cpu}. */
  public static String name(ModelFile model) {
    Device device = model.device();
    return name(model.engine(), device == null ? Devices.best(model.engine()) : device);
  }

  private static String name(EngineName engine, Device device) {
    return engine + " on " + Devices.name(device);
  }

  /** The names of the available devices. */
  public List<String> names() {
    return available.stream().map(EngineDevices::name).toList();
  }

  /**
   * A table with a row for each device, including the skipped ones.
   *
   * @param title the caption of the table
   * @param columns one value for each available device, in their order
   */
  public Table table(String title, Column<?>... columns) {
    StringColumn device = StringColumn.create("device", names());
    StringColumn state = StringColumn.create("state");
    available.forEach(one -> state.append("runs"));
    Table table = Table.create(title, device, state);
    List<Column<?>> filled = new ArrayList<>();
    for (Column<?> column : columns) {
      if (column.size() != available.size()) {
        throw new IllegalArgumentException(
            "the column '"
                + column.name()
                + "' has "
                + column.size()
                + " values for the "
                + available.size()
                + " devices "
                + names());
      }
      filled.add(column.copy());
    }
    skipped.forEach(
        (name, reason) -> {
          device.append(name);
          state.append(reason);
          filled.forEach(Column::appendMissing);
        });
    return table.addColumns(filled.toArray(Column<?>[]::new));
  }
}
