package dev.limelight.sink;

import dev.limelight.data.Example;
import dev.limelight.io.UniqueNames;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.WatchedRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Overlays for TensorBoard: an event file with the metrics as scalars, the overlays as images by
 * the tag {@code gradcam/<overlay's name>} (of the method) and the settings as a text; the step is
 * the epoch. {@code tensorboard --logdir FOLDER --samples_per_plugin images=1000} shows it while it
 * grows; without that option TensorBoard keeps ten images of a tag.
 *
 * <p>Each epoch is written at once, so a crash or an interrupt leaves whole epochs. A training that
 * is resumed adds a file to the folder, and its epochs replace those of the same number. Scalars
 * have 32 bits, as TensorBoard keeps them.
 */
public final class TensorBoardSink implements OverlaySink {

  private static final Pattern SECONDS =
      Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");

  private final Path folder;
  private final UniqueNames tags = UniqueNames.tags();
  private @Nullable WatchedRun run;
  private @Nullable RecordFile file;
  private boolean started;

  /**
   * A sink for one training.
   *
   * @param folder where the event file goes, one folder a run; it is made where it is missing
   */
  public TensorBoardSink(Path folder) {
    this.folder = folder;
  }

  @Override
  public void begin(WatchedRun newRun) throws IOException {
    if (run != null) {
      throw new IllegalStateException(
          "a TensorBoard sink logs one training, and this one has logged '"
              + run.name()
              + "'; make another");
    }
    run = newRun;
    try {
      Files.createDirectories(folder);
      file = new RecordFile(newFile(folder.toFile()));
      file.append(BoardEvent.version());
    } catch (IOException e) {
      throw new IOException(
          "no event file for TensorBoard can be written to "
              + folder
              + " ("
              + e.getMessage()
              + "); choose another folder",
          e);
    }
  }

  @Override
  public void epoch(EpochOverlays overlays) throws IOException {
    if (run == null || file == null) {
      throw new IllegalStateException("begin a TensorBoard sink before its first epoch");
    }
    List<ProtobufWriter> values = new ArrayList<>();
    if (!started) {
      values.add(BoardEvent.text(tags.of("text", "settings"), settings(run)));
    }
    overlays
        .metrics()
        .forEach((name, value) -> values.add(BoardEvent.scalar(tags.of("scalar", name), value)));
    List<byte[]> pngs = overlays.pngs();
    for (int i = 0; i < pngs.size(); i++) {
      String name = run.methodTag() + "/" + overlays.overlays().get(i).name();
      values.add(BoardEvent.image(tags.of("image", name), pngs.get(i)));
    }
    byte[] summary = BoardEvent.summary(overlays.epoch(), values);
    try {
      if (started) {
        file.append(summary);
      } else {
        file.append(BoardEvent.start(overlays.epoch()), summary);
        started = true;
      }
    } catch (IOException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "epoch %d cannot be added to TensorBoard's event file in %s (%s); the epochs before"
                  + " it are kept",
              overlays.epoch(),
              folder,
              e.getMessage()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  /**
   * A file that is this sink's alone. TensorBoard reads files in the order of their names and looks
   * at none again, so the time in its name is later than that of any other in the folder.
   */
  private static File newFile(File folder) throws IOException {
    long seconds = System.currentTimeMillis() / 1000;
    String[] others = folder.list();
    for (String other : others == null ? new String[0] : others) {
      Matcher name = SECONDS.matcher(other);
      if (name.matches()) {
        seconds = Math.max(seconds, Long.parseLong(name.group(1)) + 1);
      }
    }
    File file;
    do {
      file =
          new File(
              folder,
              String.format(
                  Locale.ROOT,
                  "events.out.tfevents.%010d.limelight.%d",
                  seconds++,
                  ProcessHandle.current().pid()));
    } while (!file.createNewFile());
    return file;
  }

  private static String settings(WatchedRun run) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("run", run.name());
    rows.put("method", run.method());
    if (!run.labels().isEmpty()) {
      rows.put("classes", String.join(", ", run.labels()));
    }
    rows.put("probes", run.probes().stream().map(Example::name).collect(Collectors.joining(", ")));
    rows.putAll(run.settings());
    return rows.entrySet().stream()
        .map(row -> "| " + cell(row.getKey()) + " | " + cell(row.getValue()) + " |")
        .collect(Collectors.joining("\n", "| setting | value |\n|---|---|\n", "\n"));
  }

  /** Plain text as a cell of a table in Markdown. */
  private static String cell(String text) {
    return text.replaceAll("([\\\\`*_\\[\\]|])", "\\\\$1")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("\\R", " ");
  }
}
