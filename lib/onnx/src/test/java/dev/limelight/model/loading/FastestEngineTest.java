package dev.limelight.model.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.limelight.Explainer;
import dev.limelight.Fixtures;
import dev.limelight.ModelInfo;
import dev.limelight.io.Hashes;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.cache.PrivateCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastestEngineTest {

  private static final int SIDE = 64;

  private static final Path TRACED = Fixtures.folder("fixtures").resolve("tiny-resnet-traced.pt");

  @TempDir private Path cache;

  @TempDir private Path models;

  @BeforeEach
  void nameFolder() {
    System.setProperty(PrivateCache.FOLDER, cache.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty(PrivateCache.FOLDER);
  }

  private static ModelInfo loaded(Path file) throws IOException {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(file)
            .optFastestEngine(true)
            .optPreprocessing(Preprocessing.of(SIDE, SIDE))
            .load()) {
      return explainer.model();
    }
  }

  private static String choice(ModelInfo model) {
    List<String> notes =
        model.notes().stream().filter(note -> note.startsWith("engine chosen by speed: ")).toList();
    assertThat(notes).hasSize(1);
    return notes.get(0).substring("engine chosen by speed: ".length());
  }

  private List<Path> kept(String kind) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.filter(file -> file.getFileName().toString().startsWith(kind)).toList();
    }
  }

  private Path only(String kind) throws IOException {
    assertThat(kept(kind)).hasSize(1);
    return kept(kind).get(0);
  }

  private static String state(Path file) throws IOException {
    return Files.readString(file) + Files.getLastModifiedTime(file);
  }

  /** Writes other times as if they had been measured. */
  private void setTimes(double own, double onnx) throws IOException {
    Path file = only("fastest-engine");
    JsonObject root = new Gson().fromJson(Files.readString(file), JsonObject.class);
    root.remove("sha256");
    root.getAsJsonObject("facts").addProperty("own", String.valueOf(own));
    root.getAsJsonObject("facts").addProperty("onnx", String.valueOf(onnx));
    root.addProperty("sha256", Hashes.sha256(root.toString().getBytes(StandardCharsets.UTF_8)));
    Files.writeString(file, root.toString());
  }

  @Test
  void theQuickerEngineRunsItAndWhyIsSaid() throws IOException {
    ModelInfo first = loaded(TRACED);
    String engine = choice(first).startsWith("ONNX Runtime; ") ? "OnnxRuntime" : "PyTorch";
    assertThat(choice(first))
        .matches(
            engine.equals("PyTorch")
                ? "PyTorch; a forward takes [\\d.]+ ms on PyTorch and [\\d.]+ ms on ONNX Runtime"
                : "ONNX Runtime; a forward takes [\\d.]+ ms on ONNX Runtime and [\\d.]+ ms on PyTorch");
    assertThat(first.engine()).startsWith(engine);
  }

  @Test
  void aKeptChoiceIsTakenWithoutMeasuringOrComparing() throws IOException {
    ModelInfo first = loaded(TRACED);
    String translation = state(only("translation"));
    String measured = state(only("fastest-engine"));
    assertThat(loaded(TRACED)).isEqualTo(first);
    assertThat(state(only("translation"))).isEqualTo(translation);
    assertThat(state(only("fastest-engine"))).isEqualTo(measured);
    setTimes(1, 500);
    assertThat(loaded(TRACED).engine()).startsWith("PyTorch");
    assertThat(choice(loaded(TRACED)))
        .isEqualTo("PyTorch; a forward takes 1.0 ms on PyTorch and 500.0 ms on ONNX Runtime");
    setTimes(500, 1);
    ModelInfo quick = loaded(TRACED);
    assertThat(quick.engine()).startsWith("OnnxRuntime");
    assertThat(quick.notes())
        .anyMatch(note -> note.contains("whose logits and layers are the same"));
    assertThat(state(only("translation"))).isEqualTo(translation);
  }

  @Test
  void damagedFilesAreWrittenAgain() throws IOException {
    loaded(TRACED);
    String translation = Files.readString(only("translation"));
    Files.writeString(only("translation"), "{");
    Files.writeString(
        only("fastest-engine"),
        Files.readString(only("fastest-engine")).replaceFirst("\"own\"", "\"o\""));
    assertThat(choice(loaded(TRACED))).contains(" a forward takes ");
    assertThat(only("translation")).hasContent(translation);
    assertThat(Files.readString(only("fastest-engine"))).contains("\"own\"");
  }

  @Test
  void aChangedFileIsMeasuredAgain() throws IOException {
    Path file = models.resolve("net.pt");
    Files.copy(TRACED, file);
    loaded(file);
    setTimes(500, 1);
    Files.copy(
        TRACED.resolveSibling("tiny-resnet-scripted.pt"),
        file,
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(choice(loaded(file))).doesNotContain("500.0 ms");
    assertThat(kept("fastest-engine")).hasSize(2);
    assertThat(kept("translation")).hasSize(2);
  }

  @Test
  void whatIsNotTranslatedRunsOnItsOwnEngine() throws IOException {
    Path fused = Fixtures.folder("transformers").resolve("tiny-vit-fused.pt");
    ModelInfo first = loaded(fused);
    assertThat(first.engine()).startsWith("PyTorch");
    assertThat(choice(first))
        .startsWith("PyTorch, as ")
        .endsWith(
            "cannot be brought into an ONNX graph: its operator"
                + " torch._native_multi_head_attention has no translation");
    String kept = state(only("fastest-engine"));
    assertThat(loaded(fused)).isEqualTo(first);
    assertThat(state(only("fastest-engine"))).isEqualTo(kept);
  }

  @Test
  void whereThereIsOneEngineItIsSaid() throws IOException {
    Path file = Fixtures.folder("fixtures").resolve("tiny-resnet.onnx");
    assertThat(choice(loaded(file)))
        .isEqualTo("ONNX Runtime, as no other engine runs an ONNX model");
    assertThat(kept("fastest-engine")).isEmpty();
  }

  @Test
  void aFolderOfBlocksIsBroughtIntoAGraph() throws IOException {
    Path folder = Fixtures.folder("hub");
    try (Explainer chosen = Explainer.builder().setModel(folder).optFastestEngine(true).load()) {
      assertThat(choice(chosen.model())).contains("; a forward takes ");
    }
    assertThat(kept("fastest-engine")).hasSize(1);
    ModelFile onnx = new ModelFile(folder, EngineName.ONNX_RUNTIME);
    try (Explainer blocks = Explainer.builder().setModel(folder).load();
        Explainer graph = Explainer.builder().setModel(onnx).load()) {
      assertThat(graph.model().engine()).startsWith("OnnxRuntime");
      assertThat(graph.model().notes())
          .anyMatch(note -> note.endsWith("ONNX Runtime, whose logits and layers are the same"));
      assertThat(graph.model().labels()).isEqualTo(blocks.model().labels());
      assertThat(graph.model().preprocessing()).isEqualTo(blocks.model().preprocessing());
      assertThat(graph.model().sha256()).isEqualTo(blocks.model().sha256());
      assertThat(graph.layers()).hasSameSizeAs(blocks.layers());
    }
  }

  @Test
  void anIsolatedModelIsRefused() {
    assertThatThrownBy(
            () ->
                Explainer.builder()
                    .setModel(TRACED)
                    .optFastestEngine(true)
                    .optIsolated(true)
                    .load())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runs on an engine that is named");
  }
}
