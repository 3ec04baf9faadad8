package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.codec.Pictures;
import dev.limelight.codec.Png;
import dev.limelight.data.Example;
import dev.limelight.image.Picture;
import dev.limelight.io.AtomicFile;
import dev.limelight.sink.RunFolder.OverlayFile;
import dev.limelight.watch.BoardEpochs;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderSinkTest {

  private static List<EpochOverlays> epochs;

  @TempDir Path temporary;

  @BeforeAll
  static void explain() {
    epochs = BoardEpochs.of(0, 4);
  }

  private static List<Integer> numbers(Path run) throws IOException {
    return RunFolder.read(run).epochs().stream().map(RunFolder.Epoch::number).toList();
  }

  /** Every file by its name, so that two folders can be compared. */
  private static Map<String, String> content(Path run) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(f -> !Files.isDirectory(f)).toList()) {
        content.put(
            run.relativize(file).toString(),
            file.toString().endsWith(".png")
                ? Arrays.hashCode(Files.readAllBytes(file)) + ""
                : Files.readString(file));
      }
    }
    return content;
  }

  private static void assertSame(RunFolder.Epoch read, EpochOverlays told) throws IOException {
    assertThat(read.number()).isEqualTo(told.epoch());
    assertThat(read.metrics()).isEqualTo(told.metrics());
    assertThat(read.overlays()).hasSameSizeAs(told.overlays());
    for (int i = 0; i < told.overlays().size(); i++) {
      ProbeOverlay expected = told.overlays().get(i);
      OverlayFile found = read.overlays().get(i);
      assertThat(found.name()).isEqualTo(expected.name());
      assertThat(found.probe()).isEqualTo(expected.probe().name());
      assertThat(found.target()).isEqualTo(expected.explanation().targetLabel());
      assertThat(found.predicted()).isEqualTo(expected.explanation().predictedLabel());
      assertThat(found.probability()).isEqualTo(expected.explanation().probability());
      assertThat(found.scores()).isEqualTo(expected.scores());
      assertThat(Files.readAllBytes(found.file()))
          .isEqualTo(Png.encode(expected.explanation().toImage()));
    }
  }

  @Test
  void itIsReadAfterEachEpoch() throws Exception {
    Path folder = temporary.resolve("runs/scenes");
    try (FolderSink sink = new FolderSink(folder)) {
      sink.begin(BoardEpochs.RUN);
      RunFolder begun = RunFolder.read(folder);
      assertThat(begun.epochs()).isEmpty();
      assertThat(begun.name()).isEqualTo("scenes");
      assertThat(begun.method()).isEqualTo("grad-cam");
      assertThat(begun.labels()).isEqualTo(BoardEpochs.RUN.labels());
      assertThat(begun.settings()).isEqualTo(BoardEpochs.RUN.settings());
      assertThat(begun.limelight()).isNotBlank();
      for (int i = 0; i < 2; i++) {
        Example probe = BoardEpochs.PROBES.get(i);
        RunFolder.ProbeFile read = begun.probes().get(i);
        assertThat(read.name()).isEqualTo(probe.name());
        assertThat(read.label()).isEqualTo(probe.label());
        assertThat(read.masked()).isTrue();
        assertThat(Pictures.read(read.file()).rgb()).isEqualTo(probe.picture().rgb());
      }
      for (int i = 0; i < epochs.size(); i++) {
        sink.epoch(epochs.get(i));
        RunFolder now = RunFolder.read(folder);
        assertThat(now.state()).isEqualTo(RunFolder.State.RUNNING);
        assertThat(now.epochs()).hasSize(i + 1);
        for (int k = 0; k <= i; k++) {
          assertSame(now.epochs().get(k), epochs.get(k));
        }
        assertThat(Files.readAllLines(folder.resolve("metrics.csv"))).hasSize(i + 2);
      }
    }
    assertThat(RunFolder.read(folder).state()).isEqualTo(RunFolder.State.FINISHED);
    assertThat(content(folder).keySet())
        .contains("manifest.json", "metrics.csv", "pictures/scene_0.png", "epoch-0003/scene_1.png")
        .hasSize(2 + 2 + 2 * 4);
    List<String> lines = Files.readAllLines(folder.resolve("metrics.csv"));
    List<String> header = List.of(lines.get(0).split(","));
    assertThat(header.get(0)).isEqualTo("epoch");
    assertThat(header).contains("train/loss", "localisation/energy-in-mask");
    for (EpochOverlays epoch : epochs) {
      String[] row = lines.get(1 + epoch.epoch()).split(",", -1);
      assertThat(row[0]).isEqualTo(Integer.toString(epoch.epoch()));
      for (int i = 1; i < header.size(); i++) {
        Double value = epoch.metrics().get(header.get(i));
        assertThat(row[i]).isEqualTo(value == null ? "" : value.toString());
      }
    }
  }

  @Test
  void aReaderNeverFindsItHalfWritten() throws Exception {
    Path folder = temporary.resolve("run");
    AtomicBoolean over = new AtomicBoolean();
    List<Throwable> failures = new ArrayList<>();
    FolderSink sink = new FolderSink(folder);
    sink.begin(BoardEpochs.RUN);
    Thread reader =
        new Thread(
            () -> {
              try {
                while (!over.get()) {
                  RunFolder.read(folder);
                  assertThat(Files.readString(folder.resolve("metrics.csv"))).endsWith("\n");
                }
              } catch (IOException | RuntimeException | AssertionError e) {
                failures.add(e);
              }
            });
    reader.start();
    for (int i = 0; i < 40; i++) {
      sink.epoch(epochs.get(i % 4));
    }
    over.set(true);
    reader.join();
    sink.close();
    assertThat(failures).isEmpty();
  }

  @Test
  void itGoesOnAndReplacesTheEpochsThatComeAgain() throws Exception {
    Path folder = temporary.resolve("run");
    List<EpochOverlays> before = new ArrayList<>(epochs.subList(0, 3));
    before.set(2, new EpochOverlays(2, Map.of("other", 1.0), epochs.get(0).overlays()));
    BoardEpochs.log(new FolderSink(folder), before);
    Path left = Files.createDirectory(folder.resolve(".epoch-0003.part"));
    Files.writeString(left.resolve("half.png"), "half");
    Files.createDirectory(folder.resolve("epoch-0003"));
    Files.writeString(folder.resolve(".manifest.json.1.part"), "{");
    Files.writeString(folder.resolve("pictures/.scene_0.png.1.part"), "half");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    FolderSink resumed = new FolderSink(folder);
    resumed.begin(BoardEpochs.RUN);
    assertThat(RunFolder.read(folder).finished()).isFalse();
    assertThat(numbers(folder)).containsExactly(0, 1, 2);
    assertThat(content(folder).keySet()).noneMatch(name -> name.endsWith(".part"));
    assertThat(folder.resolve("epoch-0003")).doesNotExist();
    resumed.epoch(epochs.get(2));
    resumed.epoch(epochs.get(3));
    resumed.close();
    assertThat(Files.readString(folder.resolve("notes.txt"))).isEqualTo("mine");
    Files.delete(folder.resolve("notes.txt"));
    Path whole = temporary.resolve("whole");
    BoardEpochs.log(new FolderSink(whole), epochs);
    assertThat(content(folder)).isEqualTo(content(whole));
    // Another course of the training: what followed is of the one before.
    BoardEpochs.log(new FolderSink(folder), epochs.subList(1, 2));
    assertThat(numbers(folder)).containsExactly(0, 1);
    assertThat(folder.resolve("epoch-0002")).doesNotExist();
    assertThat(folder.resolve("epoch-0003")).doesNotExist();
  }

  @Test
  void aTrainingThatWasStoppedSaysSo() throws Exception {
    Path folder = temporary.resolve("run");
    FolderSink sink = new FolderSink(folder);
    sink.begin(BoardEpochs.RUN);
    sink.epoch(epochs.get(0));
    sink.interrupted();
    sink.close();
    RunFolder read = RunFolder.read(folder);
    assertThat(read.state()).isEqualTo(RunFolder.State.INTERRUPTED);
    assertThat(read.finished()).isTrue();
    BoardEpochs.log(new FolderSink(folder), epochs.subList(1, 2));
    assertThat(RunFolder.read(folder).state()).isEqualTo(RunFolder.State.FINISHED);
  }

  /** A process that dies in the middle of an epoch, once an overlay of it is written. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    if (arguments.length > 1) {
      fill(folder);
      return;
    }
    List<EpochOverlays> first = BoardEpochs.of(0, 2);
    FolderSink sink = new FolderSink(folder);
    sink.begin(BoardEpochs.RUN);
    Thread.currentThread().interrupt();
    sink.epoch(first.get(0));
    if (!Thread.interrupted()) {
      System.out.println("the first overlay of a process swallowed an interrupt");
      System.exit(4);
    }
    List<ProbeOverlay> many = new ArrayList<>();
    ProbeOverlay seen = first.get(1).overlays().get(0);
    for (int i = 0; i < 5000; i++) {
      many.add(new ProbeOverlay("many " + i, seen.probe(), seen.explanation(), seen.scores()));
    }
    Thread killer =
        new Thread(
            () -> {
              while (!Files.exists(folder.resolve(".epoch-0001.part/many_2.png"))) {
                Thread.onSpinWait();
              }
              Runtime.getRuntime().halt(3);
            });
    killer.start();
    sink.epoch(new EpochOverlays(1, Map.of(), many));
  }

  /** What a process says that logs where the disk takes no large file. */
  private static void fill(Path folder) throws Exception {
    EpochOverlays first = BoardEpochs.of(0, 1).get(0);
    FolderSink sink = new FolderSink(folder);
    sink.begin(BoardEpochs.RUN);
    // Enough for a manifest, not for an overlay.
    String self = Long.toString(ProcessHandle.current().pid());
    int limited =
        new ProcessBuilder("prlimit", "--pid", self, "--fsize=8192").inheritIO().start().waitFor();
    assertThat(limited).isZero();
    try {
      sink.epoch(first);
    } catch (IOException e) {
      System.out.println("told: " + e.getMessage());
    }
    sink.close();
  }

  /** Runs {@link #main} in a separate process. */
  private int child(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                FolderSinkTest.class.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("said.txt").toFile())
            .start();
    return child.waitFor();
  }

  private String said() throws IOException {
    return Files.readString(temporary.resolve("said.txt"));
  }

  @Test
  void aProcessThatDiesInAnEpochLeavesTheWholeOnes() throws Exception {
    Path folder = temporary.resolve("run");
    int exit = child(folder.toString());
    assertThat(exit).as(said()).isEqualTo(3);
    assertThat(folder.resolve(".epoch-0001.part/many_2.png")).exists();
    RunFolder left = RunFolder.read(folder);
    assertThat(left.finished()).isFalse();
    assertThat(numbers(folder)).containsExactly(0);
    assertSame(left.epochs().get(0), epochs.get(0));
    BoardEpochs.log(new FolderSink(folder), epochs.subList(1, 4));
    Path whole = temporary.resolve("whole");
    BoardEpochs.log(new FolderSink(whole), epochs);
    assertThat(content(folder)).isEqualTo(content(whole));
  }

  @Test
  void aCrashBeforeTheFirstManifestIsNothingForeign() throws Exception {
    Path folder = temporary.resolve("run");
    Files.createDirectories(folder.resolve("pictures"));
    Files.createFile(folder.resolve(".begun.part"));
    Files.writeString(folder.resolve("pictures/scene_0.png"), "of the crash");
    BoardEpochs.log(new FolderSink(folder), epochs.subList(0, 1));
    assertThat(numbers(folder)).containsExactly(0);
    assertThat(folder.resolve(".begun.part")).doesNotExist();
  }

  @Test
  void anInterruptTearsNothing() throws Exception {
    Path folder = temporary.resolve("run");
    boolean still;
    Thread.currentThread().interrupt();
    try {
      BoardEpochs.log(new FolderSink(folder), epochs.subList(0, 2));
      // And once more, where a manifest is read and epochs are replaced.
      BoardEpochs.log(new FolderSink(folder), epochs.subList(1, 4));
    } finally {
      still = Thread.interrupted();
    }
    assertThat(still).isTrue();
    Path whole = temporary.resolve("whole");
    BoardEpochs.log(new FolderSink(whole), epochs);
    assertThat(content(folder)).isEqualTo(content(whole));
  }

  @Test
  void noNameLeavesTheFolderAndNoneIsLost() throws Exception {
    Path folder = temporary.resolve("inner/run");
    List<String> names =
        List.of(
            "../../out",
            "..",
            ".",
            "/etc/x",
            "a/b",
            "a_b",
            "A_B",
            "a\\b",
            "ä é",
            "con: *?\n\0",
            "n".repeat(400),
            "n".repeat(401),
            "epoch-0001",
            ".part");
    Picture picture = BoardEpochs.PROBES.get(0).picture();
    List<Example> probes = names.stream().map(name -> new Example(name, picture, 0, null)).toList();
    EpochOverlays epoch = BoardEpochs.of(probes, 1, 1).get(0);
    Map<String, Double> metrics = Map.of("a,\"b\"", 1.0);
    try (FolderSink sink = new FolderSink(folder)) {
      sink.begin(BoardEpochs.run(probes));
      sink.epoch(new EpochOverlays(1, metrics, epoch.overlays()));
    }
    try (Stream<Path> all = Files.walk(temporary)) {
      assertThat(all.filter(Files::isRegularFile)).allMatch(file -> file.startsWith(folder));
    }
    RunFolder read = RunFolder.read(folder);
    assertSame(read.epochs().get(0), new EpochOverlays(1, metrics, epoch.overlays()));
    assertThat(read.probes()).extracting(RunFolder.ProbeFile::name).isEqualTo(names);
    List<String> files =
        Stream.concat(
                read.probes().stream().map(RunFolder.ProbeFile::file),
                read.epochs().get(0).overlays().stream().map(OverlayFile::file))
            .map(file -> folder.relativize(file).toString())
            .toList();
    assertThat(files)
        .allMatch(file -> file.matches("(pictures|epoch-0001)/[-.\\w]+\\.png"))
        .hasSize(2 * names.size());
    assertThat(files.stream().map(file -> file.toLowerCase(Locale.ROOT))).doesNotHaveDuplicates();
    assertThat(Files.readAllLines(folder.resolve("metrics.csv")))
        .containsExactly("epoch,\"a,\"\"b\"\"\"", "1,1.0");
  }

  @Test
  void whatIsNoRunOrAnotherIsLeftAsItIs() throws Exception {
    Path thesis = Files.createDirectory(temporary.resolve("thesis"));
    Files.writeString(thesis.resolve("thesis.txt"), "precious");
    assertRefused(thesis, BoardEpochs.RUN, thesis + " holds thesis.txt and no run; choose");
    Path photos = temporary.resolve("photos");
    Files.createDirectories(photos.resolve("pictures"));
    assertRefused(photos, BoardEpochs.RUN, photos + " holds pictures and no run; choose");
    Path run = temporary.resolve("run");
    BoardEpochs.log(new FolderSink(run), epochs.subList(0, 1));
    WatchedRun cam =
        new WatchedRun("scenes", "cam", List.of(), BoardEpochs.PROBES, Map.of("layer", "x"));
    assertRefused(run, cam, run + " holds a run of another method or other probes; choose");
    WatchedRun fewer = BoardEpochs.run(BoardEpochs.PROBES.subList(0, 1));
    assertRefused(run, fewer, run + " holds a run of another method or other probes; choose");
    for (String damaged : List.of("", "{", "[]", "{\"epochs\": 3}", "{\"run\": {}}")) {
      Files.writeString(run.resolve("manifest.json"), damaged);
      assertRefused(run, BoardEpochs.RUN, "is no manifest of a run or is damaged; give");
      assertThatThrownBy(() -> RunFolder.read(run)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> RunFolder.read(thesis))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no manifest.json; give");
  }

  private static void assertRefused(Path folder, WatchedRun run, String told) throws Exception {
    Map<String, String> before = content(folder);
    FolderSink sink = new FolderSink(folder);
    assertThatThrownBy(() -> sink.begin(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(told)
        .hasMessageNotContaining("\n");
    sink.close();
    assertThat(content(folder)).isEqualTo(before);
  }

  @Test
  void aManifestThatPointsOutOfItsFolderIsDamaged() throws Exception {
    Path run = temporary.resolve("run");
    BoardEpochs.log(new FolderSink(run), epochs.subList(0, 1));
    Path manifest = run.resolve("manifest.json");
    String text = Files.readString(manifest).replace("epoch-0000/scene_0.png", "../../x.png");
    AtomicFile.write(text.getBytes(StandardCharsets.UTF_8), manifest);
    assertThatThrownBy(() -> RunFolder.read(run)).hasMessageContaining("is damaged");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsToldInASentence() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    for (Path place : List.of(file, file.resolve("run"))) {
      FolderSink sink = new FolderSink(place);
      assertThatThrownBy(() -> sink.begin(BoardEpochs.RUN))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the run cannot be kept in " + place + " (")
          .hasMessageEndingWith("); choose another folder")
          .hasMessageNotContaining("\n");
      sink.close();
    }
    Path run = temporary.resolve("run");
    FolderSink sink = new FolderSink(run);
    sink.begin(BoardEpochs.RUN);
    // As if the disk were gone while the training goes on.
    try (Stream<Path> all = Files.walk(run)) {
      for (Path gone : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(gone);
      }
    }
    Files.createFile(run);
    assertThatThrownBy(() -> sink.epoch(epochs.get(0)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the run cannot be kept in " + run + " (")
        .hasMessageEndingWith("); choose another folder");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDiskThatTakesNoMoreIsToldInASentenceAndNothingIsHalfWritten() throws Exception {
    Path folder = temporary.resolve("run");
    int exit = child(folder.toString(), "fill");
    assertThat(exit).as(said()).isZero();
    assertThat(said().lines().filter(line -> line.startsWith("told: ")))
        .singleElement()
        .asString()
        .startsWith("told: the run cannot be kept in " + folder + " (")
        .endsWith("); choose another folder");
    assertThat(numbers(folder)).isEmpty();
    assertThat(content(folder).keySet())
        .containsExactly(
            "manifest.json", "metrics.csv", "pictures/scene_0.png", "pictures/scene_1.png");
    BoardEpochs.log(new FolderSink(folder), epochs);
    assertThat(numbers(folder)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aReadOnlyPlaceIsToldInASentence() throws Exception {
    Path locked = Files.createDirectory(temporary.resolve("locked"));
    assertThat(locked.toFile().setWritable(false)).isTrue();
    // Root may write there, but not even root into the system's own folder.
    Path place = (Files.isWritable(locked) ? Path.of("/proc") : locked).resolve("run");
    try {
      FolderSink sink = new FolderSink(place);
      assertThatThrownBy(() -> sink.begin(BoardEpochs.RUN))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the run cannot be kept in " + place + " (")
          .hasMessageEndingWith("); choose another folder")
          .hasMessageNotContaining("\n");
      sink.close();
    } finally {
      assertThat(locked.toFile().setWritable(true)).isTrue();
    }
  }

  @Test
  void aSinkLogsOneTraining() throws Exception {
    try (FolderSink sink = new FolderSink(temporary.resolve("run"))) {
      assertThatThrownBy(() -> sink.epoch(epochs.get(0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("begin a folder sink before its first epoch");
      sink.begin(BoardEpochs.RUN);
      assertThatThrownBy(() -> sink.begin(BoardEpochs.RUN))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has logged 'scenes'");
    }
  }
}
