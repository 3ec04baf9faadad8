package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.image.Picture;
import dev.limelight.image.Png;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSinkTest {

  private static List<EpochOverlays> epochs;

  @TempDir Path folder;

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
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(
            run.relativize(file).toString(),
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return content;
  }

  @Test
  void itMayBeReadAfterEachEpoch() throws Exception {
    Path run = folder.resolve("runs/scenes");
    FolderSink sink = new FolderSink(run);
    sink.begin(BoardEpochs.RUN);
    assertThat(numbers(run)).isEmpty();
    assertThat(Picture.read(run.resolve("pictures/scene_0.png")).width()).isEqualTo(64);
    for (EpochOverlays epoch : epochs) {
      sink.epoch(epoch);
      RunFolder now = RunFolder.read(run);
      assertThat(now.state()).isEqualTo(RunFolder.State.RUNNING);
      RunFolder.Epoch last = now.epochs().get(now.epochs().size() - 1);
      assertThat(last.number()).isEqualTo(epoch.epoch());
      assertThat(last.metrics()).isEqualTo(epoch.metrics());
      for (ProbeOverlay overlay : epoch.overlays()) {
        assertThat(Files.readAllBytes(last.overlays().get(overlay.name())))
            .isEqualTo(Png.encode(overlay.explanation().toImage()));
      }
    }
    sink.close();
    RunFolder done = RunFolder.read(run);
    assertThat(done.state()).isEqualTo(RunFolder.State.FINISHED);
    assertThat(done.name()).isEqualTo("scenes");
    assertThat(done.method()).isEqualTo("grad-cam");
    assertThat(Files.readAllLines(run.resolve("metrics.csv")))
        .containsExactly(
            "epoch,localisation/energy-in-mask,train/loss,validation/accuracy",
            "0,0.0,,",
            "1,0.01,0.5,0.9",
            "2,0.02," + 1 / 3.0 + ",0.95",
            "3,0.03,0.25," + (1 - 0.1 / 3));
    assertThat(content(run).keySet()).noneMatch(name -> name.contains("part"));
  }

  @Test
  void aRunGoesOnAndReplacesTheEpochsThatComeAgain() throws Exception {
    Path whole = folder.resolve("whole");
    BoardEpochs.log(new FolderSink(whole), epochs);
    Path resumed = folder.resolve("resumed");
    BoardEpochs.log(new FolderSink(resumed), epochs.subList(0, 3));
    // What a crash may leave.
    Files.createDirectories(resumed.resolve(".epoch-0003.part"));
    Files.writeString(resumed.resolve(".epoch-0003.part/half.png"), "half");
    Files.createDirectories(resumed.resolve("epoch-0003"));
    Files.writeString(resumed.resolve(".manifest.json.1.part"), "{");
    BoardEpochs.log(new FolderSink(resumed), epochs.subList(2, 4));
    assertThat(content(resumed)).isEqualTo(content(whole));
    BoardEpochs.log(new FolderSink(resumed), epochs.subList(0, 1));
    assertThat(numbers(resumed)).containsExactly(0);
    assertThat(resumed.resolve("epoch-0001")).doesNotExist();
  }

  /** A process that dies in the middle of an epoch. */
  public static void main(String[] arguments) throws Exception {
    EpochOverlays first = BoardEpochs.of(0, 1).get(0);
    FolderSink sink = new FolderSink(Path.of(arguments[0]));
    sink.begin(BoardEpochs.RUN);
    sink.epoch(first);
    new Thread(
            () -> {
              Path part = Path.of(arguments[0], ".epoch-0001.part");
              while (!Files.exists(part)) {
                Thread.onSpinWait();
              }
              Runtime.getRuntime().halt(3);
            })
        .start();
    for (int i = 0; i < 1000; i++) {
      sink.epoch(new EpochOverlays(1, Map.of(), first.overlays()));
    }
  }

  @Test
  void aProcessThatDiesLeavesWholeEpochs() throws Exception {
    Path run = folder.resolve("killed");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "-Djava.awt.headless=true",
                FolderSinkTest.class.getName(),
                run.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("child.log").toFile())
            .start();
    assertThat(child.waitFor()).as(Files.readString(folder.resolve("child.log"))).isEqualTo(3);
    RunFolder left = RunFolder.read(run);
    assertThat(left.state()).isEqualTo(RunFolder.State.RUNNING);
    assertThat(left.epochs().get(0).number()).isZero();
    for (RunFolder.Epoch epoch : left.epochs()) {
      assertThat(epoch.overlays().values()).allSatisfy(file -> Picture.read(file));
    }
    BoardEpochs.log(new FolderSink(run), epochs.subList(1, 4));
    assertThat(numbers(run)).containsExactly(0, 1, 2, 3);
    assertThat(content(run).keySet()).noneMatch(name -> name.contains("part"));
  }

  @Test
  void anInterruptTearsNothing() throws Exception {
    Path run = folder.resolve("interrupted");
    FolderSink sink = new FolderSink(run);
    sink.begin(BoardEpochs.RUN);
    Thread.currentThread().interrupt();
    try {
      sink.epoch(epochs.get(0));
      sink.interrupted();
      sink.close();
    } finally {
      Thread.interrupted();
    }
    assertThat(numbers(run)).containsExactly(0);
    assertThat(RunFolder.read(run).state()).isEqualTo(RunFolder.State.INTERRUPTED);
  }

  @Test
  void noNameLeavesTheFolder() throws Exception {
    Path run = folder.resolve("names");
    ProbeOverlay seen = epochs.get(0).overlays().get(0);
    List<String> names = List.of("../../x", "..", "a/b", "a_b", "ä é", "con: *?");
    List<Probe> probes =
        names.stream().map(name -> new Probe(name, seen.probe().picture(), 0, null)).toList();
    List<ProbeOverlay> overlays =
        probes.stream()
            .map(probe -> new ProbeOverlay(probe.name(), probe, seen.explanation(), Map.of()))
            .toList();
    FolderSink sink = new FolderSink(run);
    sink.begin(new WatchedRun("../run", "cam", List.of(), probes, Map.of("a", "b")));
    sink.epoch(new EpochOverlays(1, Map.of("a,\"b\"", 1.0), overlays));
    sink.close();
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactly(run);
    }
    assertThat(RunFolder.read(run).epochs().get(0).overlays().keySet())
        .containsExactlyElementsOf(names);
    assertThat(content(run).keySet()).filteredOn(name -> name.startsWith("epoch-0001")).hasSize(6);
    assertThat(Files.readAllLines(run.resolve("metrics.csv")).get(0))
        .isEqualTo("epoch,\"a,\"\"b\"\"\"");
  }

  @Test
  void whatCannotBeKeptIsToldInOneSentence() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.writeString(own.resolve("thesis.txt"), "precious");
    refused(own, "holds thesis.txt, which is of no run");
    Path epochOfAnother = folder.resolve("no-manifest/epoch-0001");
    Files.createDirectories(epochOfAnother);
    refused(epochOfAnother.getParent(), "holds epoch-0001, which is of no run");
    assertThat(epochOfAnother).exists();
    Path other = folder.resolve("other");
    BoardEpochs.log(new FolderSink(other), epochs.subList(0, 1));
    Map<String, String> before = content(other);
    FolderSink cam = new FolderSink(other);
    assertThatThrownBy(
            () ->
                cam.begin(new WatchedRun("scenes", "cam", List.of(), BoardEpochs.PROBES, Map.of())))
        .hasMessageContaining("a run of another method or of other probes");
    assertThat(content(other)).isEqualTo(before);
    Path file = Files.writeString(folder.resolve("file"), "x");
    refused(file.resolve("run"), "choose another folder");
    assertThatThrownBy(() -> RunFolder.read(own)).hasMessageContaining("holds no manifest.json");
    Files.writeString(other.resolve("manifest.json"), "{\"epochs\": 3}");
    assertThatThrownBy(() -> RunFolder.read(other)).hasMessageContaining("damaged");
  }

  private static void refused(Path place, String told) {
    assertThatThrownBy(() -> new FolderSink(place).begin(BoardEpochs.RUN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(told)
        .hasMessageNotContaining("\n");
  }
}
