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
 * Where a model can run on this machine, and why not elsewhere: each device of each engine.
 *
 * @param here the model at each place that there is
 * @param skipped the other places, and why they are
 */
public record Places(List<ModelFile> here, Map<String, String> skipped) {

  private static final String NO_GPU = "skipped: no GPU";

  /** The places keep their order. */
  public Places {
    here = List.copyOf(here);
    skipped = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
  }

  /**
   * Looks for the devices of some engines.
   *
   * @param model a file, a folder or the name of a published network
   * @param engines one or several
   */
  public static Places of(Path model, EngineName... engines) {
    Map<EngineName, List<Device>> devices = new LinkedHashMap<>();
    for (EngineName engine : engines) {
      devices.put(engine, Devices.of(engine));
    }
    return of(model, devices);
  }

  static Places of(Path model, Map<EngineName, List<Device>> devices) {
    List<ModelFile> here = new ArrayList<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    devices.forEach(
        (engine, list) -> {
          list.forEach(device -> here.add(new ModelFile(model, engine, device)));
          if (list.isEmpty()) {
            skipped.put(engine.djl(), "skipped: " + engine + " is not installed here");
          } else if (list.stream().noneMatch(Device::isGpu)) {
            skipped.put(engine + " on a GPU", NO_GPU);
          }
        });
    return new Places(here, skipped);
  }

  /**
   * Measures each place in a process of its own.
   *
   * @param bar gets a step for each
   * @param sizes of the batches
   * @throws IOException if a process cannot explain the model
   */
  public List<Throughput> measure(int threads, Progress bar, int... sizes) throws IOException {
    List<Throughput> measured = new ArrayList<>();
    for (ModelFile place : here) {
      measured.add(Throughput.measure(place, threads, sizes));
      bar.step(name(place));
    }
    return measured;
  }

  /** A number of each size of batch, by the names of the places, as a chart takes them. */
  public static Map<String, double[]> byBatch(
      List<Throughput> measured, ToDoubleFunction<Throughput.Batch> number) {
    Map<String, double[]> lines = new LinkedHashMap<>();
    measured.forEach(
        one -> lines.put(name(one.model()), one.batches().stream().mapToDouble(number).toArray()));
    return lines;
  }

  /** The name of a place, such as {@code MXNet on cpu}. */
  public static String name(ModelFile place) {
    return place.engine() + " on " + Devices.name(place.device());
  }

  /** The names of the places that there are. */
  public List<String> names() {
    return here.stream().map(Places::name).toList();
  }

  /**
   * A row for each place, those that were skipped too.
   *
   * @param title what is shown
   * @param columns what is known of each place that there is, in their order
   */
  public Table table(String title, Column<?>... columns) {
    StringColumn place = StringColumn.create("place", names());
    StringColumn state = StringColumn.create("state");
    here.forEach(one -> state.append("runs"));
    Table table = Table.create(title, place, state);
    List<Column<?>> filled = new ArrayList<>();
    for (Column<?> column : columns) {
      if (column.size() != here.size()) {
        throw new IllegalArgumentException(
            "the column '"
                + column.name()
                + "' has "
                + column.size()
                + " values for the "
                + here.size()
                + " places "
                + names());
      }
      filled.add(column.copy());
    }
    skipped.forEach(
        (name, why) -> {
          place.append(name);
          state.append(why);
          filled.forEach(Column::appendMissing);
        });
    return table.addColumns(filled.toArray(Column<?>[]::new));
  }
}
