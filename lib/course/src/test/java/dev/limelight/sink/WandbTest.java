package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.watch.BoardEpochs;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.OverlaySink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script limelight-wandb with the real client of Weights &amp; Biases, offline. */
class WandbTest {

  private static List<EpochOverlays> epochs;

  @TempDir Path folder;

  @BeforeAll
  static void explain() {
    TrackingPython.assumeInstalled();
    epochs = BoardEpochs.of(0, 3);
  }

  private Process start(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("-m", "limelight_wandb"));
    all.addAll(List.of(arguments));
    ProcessBuilder builder =
        TrackingPython.process(all.toArray(new String[0]))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said.txt").toFile());
    // The script as it is here, whatever was installed last.
    builder
        .environment()
        .put("PYTHONPATH", Path.of("../../tools/wandb").toAbsolutePath().normalize().toString());
    builder.environment().put("WANDB_MODE", "offline");
    for (String name : new String[] {"DIR", "CACHE_DIR", "CONFIG_DIR", "DATA_DIR"}) {
      Path own = folder.resolve("wandb-" + name);
      Files.createDirectories(own);
      builder.environment().put("WANDB_" + name, own.toString());
    }
    builder.environment().put("HOME", folder.toString());
    return builder.start();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said.txt"));
  }

  private int end(Process process) throws Exception {
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(said()).isTrue();
      return process.exitValue();
    } finally {
      TrackingPython.end(process);
    }
  }

  /** What the client has kept, by its own reader. */
  private JsonObject kept() throws Exception {
    Process reader =
        TrackingPython.process(
                "src/test/python/read_wandb.py", folder.resolve("wandb-DIR").toString())
            .start();
    String text = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(reader.waitFor()).isZero();
    return new Gson().fromJson(text, JsonObject.class);
  }

  private void assertKept(JsonObject kept, int images) throws IOException {
    assertThat(kept.get("runs").getAsInt()).isEqualTo(1);
    assertThat(kept.get("exits").getAsInt()).isEqualTo(1);
    assertThat(kept.getAsJsonArray("history")).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonObject row = kept.getAsJsonArray("history").get(i).getAsJsonObject();
      assertThat(row.get("step").getAsInt()).isEqualTo(i);
      if (i > 0) {
        assertThat(row.get("train/loss").getAsFloat()).isEqualTo((float) (1.0 / (1 + i)));
      }
      JsonElement image =
          row.get("gradcam/scene_1") == null
              ? row.get("gradcam/scene 1")
              : row.get("gradcam/scene_1");
      assertThat(image.getAsJsonObject().get("_type").getAsString()).isEqualTo("image-file");
      assertThat(logged(image.getAsJsonObject().get("path").getAsString()).rgb())
          .isEqualTo(drawn(epochs.get(i).overlays().get(1)).rgb());
    }
    try (Stream<Path> files = Files.walk(folder.resolve("wandb-DIR"))) {
      assertThat(files.filter(f -> f.toString().endsWith(".png"))).hasSize(images);
    }
  }

  private Picture logged(String path) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("wandb-DIR"))) {
      return Pictures.read(files.filter(f -> f.endsWith(path)).findFirst().orElseThrow());
    }
  }

  private static Picture drawn(ProbeOverlay overlay) {
    return Pictures.of(overlay.explanation().toImage(), overlay.name());
  }

  @Test
  void aRunFolderIsReplayed() throws Exception {
    BoardEpochs.log(new FolderSink(folder.resolve("run")), epochs);
    assertThat(end(start("run", "--project", "cats", "--follow"))).as(said()).isZero();
    int metrics = epochs.get(2).metrics().size();
    assertThat(said())
        .contains("epoch 2, " + metrics + " metrics, 2 pictures", "3 epochs are logged");
    JsonObject kept = kept();
    assertKept(kept, 6);
    assertThat(kept.get("name").getAsString()).isEqualTo("scenes");
    assertThat(kept.get("project").getAsString()).isEqualTo("cats");
    assertThat(kept.getAsJsonObject("config").get("layer").getAsString()).isEqualTo("layer3");
    assertThat(kept.getAsJsonObject("config").get("method").getAsString()).isEqualTo("grad-cam");
  }

  /** Follows a sink that takes an epoch at a time. */
  private void follow(OverlaySink sink, String run, boolean stop) throws Exception {
    sink.begin(BoardEpochs.RUN);
    sink.epoch(epochs.get(0));
    Process process = start(run, "--follow");
    try {
      await("epoch 0,", process);
      sink.epoch(epochs.get(1));
      await("epoch 1,", process);
      sink.epoch(epochs.get(2));
      sink.close();
      if (stop) {
        String[] interrupt = {"kill", "-INT", Long.toString(process.pid())};
        assertThat(new ProcessBuilder(interrupt).start().waitFor()).isZero();
      }
    } finally {
      assertThat(end(process)).as(said()).isZero();
    }
    assertThat(said()).endsWith("3 epochs are logged\n");
    assertKept(kept(), 6);
  }

  @Test
  void aRunThatGoesOnIsFollowed() throws Exception {
    follow(new FolderSink(folder.resolve("run")), "run", false);
  }

  private void await(String words, Process process) throws Exception {
    long end = System.nanoTime() + 120_000_000_000L;
    while (!said().contains(words)) {
      assertThat(process.isAlive() && System.nanoTime() < end).as(said()).isTrue();
      Thread.sleep(100);
    }
  }

  @Test
  void eventFilesOfTensorBoardAreReplayed() throws Exception {
    BoardEpochs.log(new TensorBoardSink(folder.resolve("board")), epochs);
    assertThat(end(start("board", "--name", "events"))).as(said()).isZero();
    JsonObject kept = kept();
    assertKept(kept, 6);
    assertThat(kept.get("name").getAsString()).isEqualTo("events");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void eventFilesAreFollowedUntilCtrlC() throws Exception {
    follow(new TensorBoardSink(folder.resolve("board")), "board", true);
  }

  @Test
  void mistakesAreToldInOneSentence() throws Exception {
    assertThat(end(start("nowhere"))).isEqualTo(1);
    assertThat(said()).startsWith("limelight-wandb: there is no nowhere;").hasLineCount(1);
    Files.createDirectory(folder.resolve("empty"));
    assertThat(end(start("empty"))).isEqualTo(1);
    assertThat(said()).contains("holds no manifest.json").hasLineCount(1);
    assertThat(end(start())).isEqualTo(2);
    BoardEpochs.log(new FolderSink(folder.resolve("run")), epochs);
    Path lost = folder.toRealPath().resolve("run/epoch-0001/scene_0.png");
    Files.delete(lost);
    assertThat(end(start("run"))).isEqualTo(1);
    assertThat(said())
        .contains("limelight-wandb: " + lost + " of epoch 1 is gone;")
        .doesNotContain("Traceback");
    Files.writeString(folder.resolve("run/manifest.json"), "{\"epochs\": 3}");
    assertThat(end(start("run"))).isEqualTo(1);
    assertThat(said()).contains("cannot be read").hasLineCount(1);
  }
}
