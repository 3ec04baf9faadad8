package dev.limelight;

import ai.djl.Device;
import dev.limelight.isolation.MessageReader;
import dev.limelight.isolation.MessageWriter;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.Grid;
import dev.limelight.model.LayerPath;
import dev.limelight.model.loading.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an isolated model is loaded by.
 *
 * @param file the model on disk
 * @param threads of its engine, or 0 if they were not set
 * @param layers where it is cut, or none
 * @param labels the names of the classes, or none
 * @param memory in bytes for changed copies of a picture, or {@link Limits#BY_DEVICE}
 * @param grid of layers of tokens, or null
 * @param output the name of the output that is explained, or null
 * @param reader the name of what reads the outputs, or null of a classifier
 * @param constants the values of further inputs
 * @param channelsLast whether it takes (N, H, W, C)
 * @param watched whether somebody wants to know of progress
 */
record ModelSettings(
    ModelFile file,
    int threads,
    List<LayerPath> layers,
    List<String> labels,
    long memory,
    @Nullable Grid grid,
    @Nullable String output,
    @Nullable String reader,
    Map<String, List<Double>> constants,
    boolean channelsLast,
    boolean watched) {

  private static final int LONGEST = 1 << 20;
  private static final int MOST = 1 << 24;

  /** Whether it may be loaded onto a GPU. */
  boolean mayUseGpu() {
    Device device = file.device();
    return device == null || device.isGpu();
  }

  void write(MessageWriter to) {
    Path path = file.path();
    to.put(Files.exists(path) ? path.toAbsolutePath().toString() : path.toString());
    to.put((byte) file.engine().ordinal());
    Device device = file.device();
    to.putOptional(device == null ? null : Devices.name(device));
    to.put((long) threads);
    to.put(layers, (writer, layer) -> writer.put(layer.name()));
    to.put(labels, MessageWriter::put);
    to.put(memory);
    to.putOptional(grid == null ? null : grid.toString());
    to.putOptional(output).putOptional(reader);
    to.put(
        constants.entrySet(),
        (writer, constant) ->
            writer.put(constant.getKey()).put(constant.getValue(), MessageWriter::put));
    to.put(channelsLast);
    to.put(watched);
  }

  /**
   * The settings as a builder.
   *
   * @param progress receives the number of passes if somebody wants to know
   */
  static ExplainerBuilder read(MessageReader from, LongConsumer progress) {
    Path path = Path.of(from.text(LONGEST));
    EngineName engine = from.kind(EngineName.values());
    String device = from.optionalText(LONGEST);
    ModelFile file = new ModelFile(path, engine);
    int threads = Math.toIntExact(from.longNumber());
    ExplainerBuilder builder =
        Explainer.builder()
            .setModel(device == null ? file : file.on(Device.fromName(device)))
            .optLayer(
                from.list(MOST, own -> LayerPath.of(own.text(LONGEST))).toArray(LayerPath[]::new))
            .optLabels(from.list(MOST, own -> own.text(LONGEST)));
    long memory = from.longNumber();
    if (memory != Limits.BY_DEVICE) {
      builder.optMemory(memory);
    }
    if (threads > 0) {
      builder.optThreads(threads);
    }
    String grid = from.optionalText(LONGEST);
    if (grid != null) {
      Grid given = Grid.parse(grid);
      builder.optGrid(given.height(), given.width());
    }
    builder.optOutput(from.optionalText(LONGEST)).optReader(from.optionalText(LONGEST));
    Map<String, List<Double>> constants = new LinkedHashMap<>();
    from.list(MOST, own -> constants.put(own.text(LONGEST), own.list(MOST, MessageReader::real)));
    constants.forEach(
        (name, values) ->
            builder.optConstant(name, values.stream().mapToDouble(Double::doubleValue).toArray()));
    builder.optChannelsLast(from.flag());
    return from.flag() ? builder.optProgress(progress) : builder;
  }
}
