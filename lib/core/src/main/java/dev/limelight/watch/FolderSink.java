package dev.limelight.watch;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.image.Png;
import dev.limelight.image.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Overlays as a folder: {@code epoch-0003/<overlay>.png}, {@code metrics.csv}, {@code
 * pictures/<probe>.png} and {@code manifest.json}, which tells what is complete. It may be read
 * while it grows ({@link RunFolder}): each file, and each epoch as a whole, is written beside its
 * place and then moved there.
 *
 * <p>A folder of a run of the same method and probes goes on, after a crash too: an epoch that
 * comes again takes the place of its number and of what followed it.
 */
public final class FolderSink implements OverlaySink {

  private static final Pattern NOT_OF_FILES = Pattern.compile("[^-.a-zA-Z0-9_]");

  /** What a crash before the first manifest leaves, and what may stand beside one. */
  private static final Pattern BEGUN = Pattern.compile("pictures|\\..*\\.part");

  private static final Pattern OURS =
      Pattern.compile("manifest\\.json|metrics\\.csv|epoch-\\d+|" + BEGUN);

  private final Path folder;
  private final CleanNames files = new CleanNames(NOT_OF_FILES);
  private RunManifest manifest;
  private boolean interrupted;

  /**
   * A sink for one training.
   *
   * @param folder the run's own; it is made where it is missing
   */
  public FolderSink(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public void begin(WatchedRun run) throws IOException {
    if (manifest != null) {
      throw new IllegalStateException(
          "a folder sink logs one training, and this one has logged one; make another");
    }
    List<String> pictures = new ArrayList<>();
    for (Probe probe : run.probes()) {
      pictures.add("pictures/" + files.of("probe", probe.name()) + ".png");
    }
    RunManifest begun = RunManifest.of(run, pictures);
    try {
      Files.createDirectories(folder);
      resume(begun);
      for (int i = 0; i < pictures.size(); i++) {
        Png.write(run.probes().get(i).picture().toImage(), folder.resolve(pictures.get(i)));
      }
      begun.write(folder);
      manifest = begun;
      writeMetrics();
    } catch (IOException e) {
      throw told(e);
    }
  }

  /** Goes on with what is there, and clears away what a crash has left. */
  private void resume(RunManifest begun) throws IOException {
    List<Path> found = files(folder);
    boolean known = Files.exists(folder.resolve(RunManifest.FILE));
    Pattern expected = known ? OURS : BEGUN;
    for (Path file : found) {
      if (!expected.matcher(file.getFileName().toString()).matches()) {
        throw new IOException("it holds " + file.getFileName() + ", which is of no run");
      }
    }
    if (known) {
      RunManifest before = RunManifest.read(folder);
      if (!before.isOfSameRun(begun)) {
        throw new IOException("it holds a run of another method or of other probes");
      }
      begun.resume(before);
    }
    Set<String> complete =
        begun.epochs().keySet().stream().map(FolderSink::name).collect(Collectors.toSet());
    for (Path file : found) {
      String name = file.getFileName().toString();
      if (name.startsWith(".") || name.startsWith("epoch-") && !complete.contains(name)) {
        delete(file);
      }
    }
  }

  @Override
  public void epoch(EpochOverlays overlays) throws IOException {
    if (manifest == null) {
      throw new IllegalStateException("begin a folder sink before its first epoch");
    }
    try {
      String name = name(overlays.epoch());
      List<String> written = new ArrayList<>();
      Path part = folder.resolve("." + name + ".part");
      delete(part);
      Files.createDirectory(part);
      for (ProbeOverlay overlay : overlays.overlays()) {
        String file = files.of("overlay", overlay.name()) + ".png";
        Png.write(overlay.explanation().toImage(), part.resolve(file));
        written.add(name + "/" + file);
      }
      // No reader may find an epoch in the manifest whose files are about to go.
      List<Integer> gone = List.copyOf(manifest.epochs().tailMap(overlays.epoch()).keySet());
      if (!gone.isEmpty()) {
        manifest.epochs().tailMap(overlays.epoch()).clear();
        manifest.write(folder);
        for (int number : gone) {
          delete(folder.resolve(name(number)));
        }
      }
      Files.move(part, folder.resolve(name));
      manifest.add(overlays, written);
      writeMetrics();
      manifest.write(folder);
    } catch (IOException e) {
      throw told(e);
    }
  }

  @Override
  public void interrupted() {
    interrupted = true;
  }

  @Override
  public void close() throws IOException {
    if (manifest != null) {
      manifest.setState(interrupted ? RunFolder.State.INTERRUPTED : RunFolder.State.FINISHED);
      try {
        manifest.write(folder);
      } catch (IOException e) {
        throw told(e);
      }
    }
  }

  private IOException told(IOException e) {
    return new IOException(
        "the run cannot be kept in "
            + folder
            + " ("
            + (e instanceof java.nio.file.FileSystemException
                ? e.getClass().getSimpleName().replace("Exception", "") + " of "
                : "")
            + e.getMessage()
            + "); choose another folder",
        e);
  }

  private static String name(int epoch) {
    return String.format(Locale.ROOT, "epoch-%04d", epoch);
  }

  /** One row an epoch; a metric that an epoch lacks is empty. */
  private void writeMetrics() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    manifest.epochs().values().forEach(epoch -> names.addAll(metrics(epoch).keySet()));
    StringBuilder csv = new StringBuilder("epoch");
    names.forEach(name -> csv.append(',').append(quoted(name)));
    csv.append('\n');
    for (Map.Entry<Integer, JsonObject> epoch : manifest.epochs().entrySet()) {
      csv.append(epoch.getKey());
      Map<String, JsonElement> values = metrics(epoch.getValue());
      for (String name : names) {
        csv.append(',').append(values.containsKey(name) ? values.get(name).getAsString() : "");
      }
      csv.append('\n');
    }
    WholeFile.write(csv.toString().getBytes(StandardCharsets.UTF_8), folder.resolve("metrics.csv"));
  }

  private static Map<String, JsonElement> metrics(JsonObject epoch) {
    return epoch.getAsJsonObject("metrics").entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, LinkedHashMap::new));
  }

  private static String quoted(String name) {
    return name.matches("[^,\"\\r\\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }

  private static void delete(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      for (Path inside : files(file)) {
        delete(inside);
      }
    }
    Files.deleteIfExists(file);
  }
}
