package dev.limelight.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet.onnx");
  private static final String TENSOR = Launcher.fixture("golden.npz") + ":x";

  @TempDir private Path folder;

  private Launcher.Result explain(String model, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--model", model, "--out", folder + "/out"));
    arguments.addAll(List.of(more));
    return Launcher.run(arguments.toArray(String[]::new));
  }

  private static void failed(Launcher.Result result, String... why) {
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.errors().lines()).hasSize(1);
    assertThat(result.errors()).startsWith("limelight: ").contains(why);
  }

  @Test
  void layersAreTheModulesOfTorch() throws Exception {
    Launcher.Result result = Launcher.run("layers", "--model", MODEL);
    assertThat(result.exit()).isZero();
    assertThat(result.errors()).isEmpty();
    assertThat(result.rows().stream().map(row -> row.substring(1).strip().split(" ")[0]))
        .contains("conv1", "layer1", "layer2.conv2", "layer2", "layer3", "avgpool")
        .doesNotContain("flatten", "fc", "data");
    List<String> starred = result.rows().stream().filter(row -> row.startsWith("*")).toList();
    assertThat(starred).hasSize(1);
    assertThat(starred.get(0).split(" +")).startsWith("*", "layer3").endsWith("32,8,8");
  }

  @Test
  void theArraysEqualThoseOfTheFixture() throws Exception {
    Launcher.Result result = explain(MODEL, "--tensor", TENSOR, "--engine", "onnx");
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    try (NDManager manager = NDManager.newBaseManager("MXNet");
        InputStream golden = Files.newInputStream(Path.of(Launcher.fixture("golden.npz")));
        InputStream found = Files.newInputStream(folder.resolve("out/explanations.npz"))) {
      NDList expected = NDList.decode(manager, golden);
      NDList arrays = NDList.decode(manager, found);
      assertThat(difference(arrays.get("logits"), expected.get("logits"))).isLessThan(1e-4f);
      assertThat(arrays.get("map").getShape().getShape()).containsExactly(6, 8, 8);
      assertThat(arrays.get("heatmap").getShape().getShape()).containsExactly(6, 64, 64);
      assertThat(arrays.get("target").toLongArray()).hasSize(6);
    }
  }

  @Test
  void theEngineIsChosenBySpeedAndThePlanSaysSo() throws Exception {
    String[] arguments = {
      "explain",
      "--model",
      Launcher.fixture("tiny-resnet-traced.pt"),
      "--tensor",
      TENSOR,
      "--plan",
      "--engine",
      "fastest"
    };
    Map<String, String> cache = Map.of("LIMELIGHT_CACHE_DIR", folder + "/cache");
    Launcher.Result first = Launcher.run(cache, arguments);
    assertThat(first.exit()).isZero();
    assertThat(first.notes())
        .anyMatch(
            note ->
                note.matches(
                    "engine chosen by speed: (PyTorch|ONNX Runtime); a forward takes [\\d.]+ ms on .*"));
    assertThat(Launcher.run(cache, arguments).notes()).isEqualTo(first.notes());
  }

  @Test
  void executorsNeedAnEngineThatIsNamed() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "explain-many",
            "--model",
            MODEL,
            "--images",
            "none",
            "--out",
            "none",
            "--engine",
            "fastest");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.errors()).contains("--engine fastest is measured on one machine");
  }

  @Test
  void theDeviceAndTheThreadsAreChosen() throws Exception {
    Launcher.Result result =
        explain(MODEL, "--tensor", TENSOR, "--device", "cpu", "--threads", "1");
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    failed(
        explain(MODEL, "--tensor", TENSOR, "--device", "gpu:63"),
        "OnnxRuntime sees no device gpu63 here",
        "onnxruntime_gpu");
    for (List<String> wrong : List.of(List.of("--device", "tpu"), List.of("--threads", "0"))) {
      Launcher.Result refused = explain(MODEL, "--tensor", TENSOR, wrong.get(0), wrong.get(1));
      assertThat(refused.exit()).isEqualTo(2);
      assertThat(refused.err()).contains(wrong.get(0) + " is ");
    }
  }

  private static float difference(NDArray a, NDArray b) {
    return a.sub(b).abs().max().toFloatArray()[0];
  }

  @Test
  void aPictureGetsAnOverlay() throws Exception {
    Launcher.Result result =
        explain(MODEL, "--image", Launcher.fixture("picture-1.png"), "--method", "cam");
    assertThat(result.exit()).isZero();
    assertThat(folder.resolve("out/picture-1-cam.png")).isNotEmptyFile();
  }

  @Test
  void refusalsAreReportedInOneLine() throws Exception {
    Path ceil = withoutGradient(folder);
    failed(
        explain(ceil.toString(), "--tensor", TENSOR, "--layer", "layer2"),
        "the path ends at Ceil (node '/layer3/");
    Launcher.Result unknown = explain(MODEL, "--tensor", TENSOR, "--layer", "layer9");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.errors()).startsWith("limelight: no layer 'layer9'; did you mean layer1,");
    failed(explain(MODEL, "--tensor", TENSOR, "--layer", "flatten"), "(6, 32)");
    failed(explain(MODEL, "--tensor", TENSOR, "--engine", "mxnet"), "cannot run on MXNet");
    failed(
        explain(MODEL, "--image", Launcher.fixture("picture-1.png"), "--size", "32"),
        "the network takes 64x64 pixels, but the size given is 32x32");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** A file whose ReLUs round up instead, which has no slope; both names have four letters. */
  static Path withoutGradient(Path folder) throws IOException {
    String text = new String(Files.readAllBytes(Path.of(MODEL)), ISO_8859_1);
    byte[] changed = text.replace("Relu", "Ceil").getBytes(ISO_8859_1);
    return Files.write(folder.resolve("ceil.onnx"), changed);
  }

  @Test
  void aTruncatedFile() throws Exception {
    byte[] whole = Files.readAllBytes(Path.of(MODEL));
    Path part = Files.write(folder.resolve("part.onnx"), Arrays.copyOf(whole, whole.length / 2));
    failed(explain(part.toString(), "--tensor", TENSOR), "part.onnx is not an ONNX model");
  }
}
