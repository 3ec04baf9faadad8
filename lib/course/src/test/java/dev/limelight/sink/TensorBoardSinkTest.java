package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.limelight.watch.BoardEpochs;
import dev.limelight.watch.EpochOverlays;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, read back by TensorBoard. */
class TensorBoardSinkTest {

  private static List<EpochOverlays> epochs;
  private static TensorBoard.Reader reader;

  @TempDir Path folder;

  @BeforeAll
  static void explain() {
    epochs = BoardEpochs.of(0, 5);
  }

  @AfterAll
  static void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  @Test
  void everythingIsReadBack() throws Exception {
    BoardEpochs.log(new TensorBoardSink(folder.resolve("runs/first")), epochs);
    JsonObject seen = read(folder.resolve("runs/first"));
    assertThat(seen.get("version").getAsDouble()).isEqualTo(2);
    JsonObject scalars = seen.getAsJsonObject("scalars");
    assertThat(scalars.keySet())
        .containsExactlyInAnyOrder(
            "train/loss", "validation/accuracy", "localisation/energy-in-mask");
    for (String tag : scalars.keySet()) {
      List<List<Double>> expected = new ArrayList<>();
      for (EpochOverlays epoch : epochs) {
        Double value = epoch.metrics().get(tag);
        if (value != null) {
          expected.add(List.of((double) epoch.epoch(), (double) value.floatValue()));
        }
      }
      assertThat(points(scalars.getAsJsonArray(tag))).as(tag).isEqualTo(expected);
    }
    JsonObject images = seen.getAsJsonObject("images");
    assertThat(images.keySet()).containsExactly("gradcam/scene_0", "gradcam/scene_1");
    for (int i = 0; i < 2; i++) {
      JsonArray rows = images.getAsJsonArray("gradcam/scene_" + i);
      assertThat(rows).hasSameSizeAs(epochs);
      for (int k = 0; k < epochs.size(); k++) {
        BufferedImage drawn = epochs.get(k).overlays().get(i).explanation().toImage();
        int w = drawn.getWidth();
        int h = drawn.getHeight();
        assertThat(rows.get(k))
            .hasToString("[" + k + "," + w + "," + h + "," + w + "," + h + ",\"PNG\"]");
      }
    }
    JsonArray settings =
        seen.getAsJsonObject("texts").getAsJsonArray("settings").get(0).getAsJsonArray();
    assertThat(settings.get(0).getAsInt()).isZero();
    assertThat(settings.get(1).getAsString()).isEqualTo("text");
    assertThat(settings.get(2).getAsString())
        .startsWith("| setting | value |\n|---|---|\n| run | scenes |\n| method | grad-cam |\n")
        .contains("| classes | circle, square, triangle, cross |\n| probes | scene 0, scene 1 |\n")
        .contains("| layer | layer3 |\n")
        .contains("| rule | a\\|b &lt;\\*c\\*> d |\n");
  }

  @Test
  void aFollowerSeesEachEpochOnceItIsTaken() throws Exception {
    try (TensorBoardSink sink = new TensorBoardSink(folder)) {
      sink.begin(BoardEpochs.RUN);
      assertThat(steps()).isEmpty();
      for (EpochOverlays epoch : epochs) {
        sink.epoch(epoch);
        assertThat(steps()).isEqualTo(range(0, epoch.epoch() + 1));
      }
    }
  }

  @Test
  void anInterruptBreaksNothing() throws Exception {
    Thread.currentThread().interrupt();
    try {
      BoardEpochs.log(new TensorBoardSink(folder), epochs);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(steps()).isEqualTo(range(0, 5));
  }

  @Test
  void aFileThatEndsInTheMiddleIsReadUpToThere() throws Exception {
    BoardEpochs.log(new TensorBoardSink(folder), epochs);
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    List<Integer> ends = recordEnds(whole);
    // The version, the start, and the epochs.
    assertThat(ends).hasSize(2 + epochs.size());
    for (int i = 2; i < ends.size(); i++) {
      int start = ends.get(i - 1);
      int end = ends.get(i);
      for (int cut : new int[] {start + 5, (start + end) / 2, end - 1}) {
        Files.write(file, Arrays.copyOf(whole, cut));
        assertThat(steps()).as("cut at %d of %d", cut, whole.length).isEqualTo(range(0, i - 2));
      }
    }
  }

  @Test
  void aResumedTrainingAddsAFileAndReplacesWhatItRepeats() throws Exception {
    BoardEpochs.log(new TensorBoardSink(folder), epochs.subList(0, 4));
    byte[] first = Files.readAllBytes(onlyFile());
    Files.write(onlyFile(), Arrays.copyOf(first, first.length - 7));
    assertThat(steps()).isEqualTo(range(0, 3));
    List<EpochOverlays> resumed = BoardEpochs.of(2, 3);
    BoardEpochs.log(new TensorBoardSink(folder), resumed);
    assertThat(files()).hasSize(2);
    assertThat(steps()).isEqualTo(range(0, 5));
    assertThat(points(read(folder).getAsJsonObject("scalars").getAsJsonArray("train/loss")))
        .hasSize(4);
    // And the same from its beginning: only the last run counts.
    BoardEpochs.log(new TensorBoardSink(folder), epochs.subList(0, 2));
    assertThat(files()).hasSize(3);
    assertThat(steps()).isEqualTo(range(0, 2));
  }

  @Test
  void aFileSortsBehindThoseThatAreThere() throws Exception {
    Path future = folder.resolve("events.out.tfevents.9000000000.host.1");
    Files.createFile(future);
    Files.createFile(folder.resolve("events.out.tfevents.notes"));
    try (TensorBoardSink sink = new TensorBoardSink(folder)) {
      sink.begin(BoardEpochs.RUN);
    }
    assertThat(files().get(1).getFileName().toString())
        .isEqualTo("events.out.tfevents.9000000001.limelight." + ProcessHandle.current().pid());
  }

  @Test
  void aFolderThatCannotBeMadeIsToldInASentence() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    TensorBoardSink sink = new TensorBoardSink(file.resolve("runs"));
    assertThatThrownBy(() -> sink.begin(BoardEpochs.RUN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no event file for TensorBoard can be written to " + file)
        .hasMessageEndingWith("; choose another folder");
    sink.close();
  }

  @Test
  void anEpochThatCannotBeWrittenIsToldInASentence() throws Exception {
    TensorBoardSink sink = new TensorBoardSink(folder);
    BoardEpochs.log(sink, epochs.subList(0, 1));
    assertThatThrownBy(() -> sink.epoch(epochs.get(1)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "epoch 1 cannot be added to TensorBoard's event file in " + folder + " (")
        .hasMessageEndingWith("); the epochs before it are kept");
    assertThat(steps()).isEqualTo(range(0, 1));
  }

  @Test
  void aSinkLogsOneTraining() throws Exception {
    try (TensorBoardSink sink = new TensorBoardSink(folder)) {
      assertThatThrownBy(() -> sink.epoch(epochs.get(0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("begin a TensorBoard sink before its first epoch");
      sink.begin(BoardEpochs.RUN);
      assertThatThrownBy(() -> sink.begin(BoardEpochs.RUN))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has logged 'scenes'");
    }
  }

  private static JsonObject read(Path logs) throws IOException {
    TensorBoard.assumeInstalled();
    if (reader == null) {
      reader = new TensorBoard.Reader();
    }
    return reader.read(logs);
  }

  private List<Integer> steps() throws IOException {
    JsonObject images = read(folder).getAsJsonObject("images");
    List<Integer> steps = new ArrayList<>();
    if (images.has("gradcam/scene_1")) {
      images
          .getAsJsonArray("gradcam/scene_1")
          .forEach(row -> steps.add(row.getAsJsonArray().get(0).getAsInt()));
    }
    return steps;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static List<List<Double>> points(JsonArray rows) {
    List<List<Double>> points = new ArrayList<>();
    rows.forEach(
        row ->
            points.add(
                List.of(
                    row.getAsJsonArray().get(0).getAsDouble(),
                    row.getAsJsonArray().get(1).getAsDouble())));
    return points;
  }

  private Path onlyFile() throws IOException {
    assertThat(files()).hasSize(1);
    return files().get(0);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static List<Integer> recordEnds(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> ends = new ArrayList<>();
    while (buffer.hasRemaining()) {
      long length = buffer.getLong();
      buffer.position(buffer.position() + 4 + Math.toIntExact(length) + 4);
      ends.add(buffer.position());
    }
    return ends;
  }
}
