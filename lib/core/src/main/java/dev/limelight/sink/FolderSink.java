package dev.limelight.sink;

import dev.limelight.Explanation;
import dev.limelight.codec.Png;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Csv;
import dev.limelight.io.UniqueNames;
import dev.limelight.sink.RunFolder.Epoch;
import dev.limelight.sink.RunFolder.OverlayFile;
import dev.limelight.sink.RunFolder.ProbeFile;
import dev.limelight.sink.RunFolder.State;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run as a folder: {@code manifest.json}, which lists what is complete, {@code metrics.csv},
 * {@code pictures/<probe>.png} and {@code epoch-0003/<overlay>.png}. {@link RunFolder} reads it,
 * also while it grows: each file, and each epoch as a whole, is written under another name and
 * moved, the manifest last.
 *
 * <p>A folder with a run of the same method and probes goes on, after a crash too. An epoch whose
 * number comes again is replaced, and those behind it go, as another course of the training led to
 * them. Whatever else lies in the folder of a run is left alone.
 */
public final class FolderSink implements OverlaySink {

  private static final Pattern NOT_IN_FILES = Pattern.compile("[^-.a-zA-Z0-9_]");

  private static final String PICTURES = "pictures";

  /** Marks a folder without a manifest as that of a run that has just begun. */
  private static final String BEGUN = ".begun.part";

  private static final Pattern LEFT_OVER =
      Pattern.compile(
          "\\.epoch-\\d+(\\.old)?\\.part|\\.(manifest\\.json|metrics\\.csv)\\..+\\.part");

  private static final Pattern LEFT_PICTURE = Pattern.compile("\\..+\\.png\\..+\\.part");

  private static final Pattern EPOCH = Pattern.compile("epoch-\\d{4,}");

  private interface Writing {
    void run() throws IOException;
  }

  private final Path folder;
  private final UniqueNames pictureNames = UniqueNames.paths(NOT_IN_FILES);
  private final UniqueNames overlayNames = UniqueNames.paths(NOT_IN_FILES);
  private final TreeMap<Integer, Epoch> epochs = new TreeMap<>();
  private @Nullable WatchedRun run;
  private List<ProbeFile> probes = List.of();
  private boolean interrupted;

  /**
   * A sink for one training.
   *
   * @param folder of this run alone; created if missing
   */
  public FolderSink(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public void begin(WatchedRun newRun) throws IOException {
    if (run != null) {
      throw new IllegalStateException(
          "a folder sink logs one training, and this one has logged '"
              + run.name()
              + "'; make another");
    }
    probes =
        newRun.probes().stream()
            .map(
                probe ->
                    new ProbeFile(
                        probe.name(),
                        probe.label(),
                        probe.mask() != null,
                        folder.resolve(PICTURES).resolve(file(pictureNames, probe.name()))))
            .toList();
    keep(() -> Files.createDirectories(folder));
    takeOver(newRun);
    keep(
        () -> {
          folder.resolve(BEGUN).toFile().createNewFile();
          clear();
          for (int i = 0; i < probes.size(); i++) {
            Png.write(newRun.probes().get(i).picture(), probes.get(i).file());
          }
          run = newRun;
          write(newRun, State.RUNNING);
          Files.delete(folder.resolve(BEGUN));
        });
  }

  /** Takes over the epochs of the same run, and refuses a folder that holds something else. */
  private void takeOver(WatchedRun newRun) throws IOException {
    if (Files.exists(folder.resolve(RunManifest.FILE))) {
      RunFolder before = RunManifest.read(folder);
      if (!before.method().equals(newRun.method()) || !before.probes().equals(probes)) {
        throw new IOException(
            folder + " holds a run of another method or other probes; choose another folder");
      }
      before.epochs().forEach(epoch -> epochs.put(epoch.number(), epoch));
    } else if (!Files.exists(folder.resolve(BEGUN))) {
      List<Path> found = new ArrayList<>();
      keep(() -> found.addAll(AtomicFile.files(folder)));
      if (!found.isEmpty()) {
        throw new IOException(
            folder
                + " holds "
                + found.get(0).getFileName()
                + " and no run; choose another folder or an empty one");
      }
    }
  }

  /** Clears away what a crash has left. */
  private void clear() throws IOException {
    Set<String> complete =
        epochs.keySet().stream().map(FolderSink::folderName).collect(Collectors.toSet());
    for (Path file : AtomicFile.files(folder)) {
      String name = file.getFileName().toString();
      if (LEFT_OVER.matcher(name).matches()
          || EPOCH.matcher(name).matches() && !complete.contains(name)) {
        AtomicFile.delete(file);
      }
    }
    Path plain = folder.resolve(PICTURES);
    if (Files.isDirectory(plain)) {
      for (Path file : AtomicFile.files(plain)) {
        if (LEFT_PICTURE.matcher(file.getFileName().toString()).matches()) {
          AtomicFile.delete(file);
        }
      }
    }
  }

  @Override
  public void epoch(EpochOverlays overlays) throws IOException {
    WatchedRun begun = run;
    if (begun == null) {
      throw new IllegalStateException("begin a folder sink before its first epoch");
    }
    String name = folderName(overlays.epoch());
    Path part = folder.resolve("." + name + ".part");
    Path old = folder.resolve("." + name + ".old.part");
    keep(
        () -> {
          try {
            replace(begun, overlays, folder.resolve(name), part, old);
          } finally {
            AtomicFile.delete(part);
            AtomicFile.delete(old);
          }
        });
  }

  private void replace(WatchedRun begun, EpochOverlays overlays, Path place, Path part, Path old)
      throws IOException {
    Files.createDirectory(part);
    List<OverlayFile> files = new ArrayList<>();
    List<byte[]> pngs = overlays.pngs();
    for (int i = 0; i < pngs.size(); i++) {
      ProbeOverlay overlay = overlays.overlays().get(i);
      String file = file(overlayNames, overlay.name());
      AtomicFile.write(pngs.get(i), part.resolve(file));
      files.add(overlayFile(overlay, place.resolve(file)));
    }
    List<Integer> gone = List.copyOf(epochs.tailMap(overlays.epoch()).keySet());
    if (!gone.isEmpty()) {
      // The manifest names no epoch whose files are on their way.
      epochs.keySet().removeAll(gone);
      write(begun, State.RUNNING);
    }
    if (Files.exists(place)) {
      AtomicFile.move(place, old);
    }
    AtomicFile.move(part, place);
    for (int number : gone) {
      if (number != overlays.epoch()) {
        AtomicFile.delete(folder.resolve(folderName(number)));
      }
    }
    epochs.put(overlays.epoch(), new Epoch(overlays.epoch(), overlays.metrics(), files));
    write(begun, State.RUNNING);
  }

  private static OverlayFile overlayFile(ProbeOverlay overlay, Path file) {
    Explanation explanation = overlay.explanation();
    return new OverlayFile(
        overlay.name(),
        overlay.probe().name(),
        file,
        explanation.targetLabel(),
        explanation.predictedLabel(),
        explanation.probability(),
        new TreeMap<>(overlay.scores()));
  }

  @Override
  public void interrupted() {
    interrupted = true;
  }

  @Override
  public void close() throws IOException {
    WatchedRun begun = run;
    if (begun != null) {
      keep(() -> write(begun, interrupted ? State.INTERRUPTED : State.FINISHED));
    }
  }

  private void write(WatchedRun begun, State state) throws IOException {
    AtomicFile.write(csv().getBytes(StandardCharsets.UTF_8), folder.resolve("metrics.csv"));
    String version = FolderSink.class.getPackage().getImplementationVersion();
    RunManifest.write(
        new RunFolder(
            begun.name(),
            begun.method(),
            begun.labels(),
            probes,
            begun.settings(),
            List.copyOf(epochs.values()),
            state,
            version == null ? "development" : version),
        folder);
  }

  /** A row an epoch; what an epoch lacks is empty. */
  private String csv() {
    Set<String> metrics = new LinkedHashSet<>();
    epochs.values().forEach(epoch -> metrics.addAll(epoch.metrics().keySet()));
    StringBuilder csv = new StringBuilder("epoch");
    metrics.forEach(name -> csv.append(',').append(Csv.quoted(name)));
    csv.append('\n');
    for (Epoch epoch : epochs.values()) {
      csv.append(epoch.number());
      for (String name : metrics) {
        Double value = epoch.metrics().get(name);
        csv.append(',').append(value == null ? "" : value.toString());
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String file(UniqueNames names, String name) {
    return names.of("file", name) + ".png";
  }

  private static String folderName(int epoch) {
    return String.format(Locale.ROOT, "epoch-%04d", epoch);
  }

  private void keep(Writing writing) throws IOException {
    // Java's first drawing in a process swallows an interrupt, which is meant for the training.
    boolean stopped = Thread.currentThread().isInterrupted();
    try {
      writing.run();
    } catch (IOException e) {
      throw new IOException(
          "the run cannot be kept in "
              + folder
              + " ("
              + AtomicFile.reason(e)
              + "); choose another folder",
          e);
    } finally {
      if (stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
