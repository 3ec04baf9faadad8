package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Methods;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeatmapExportTest {

  private static final int PICTURES = 3;

  @TempDir private Path folder;

  private static float[] pictures() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return TinyResNet.golden(manager).get("x").get("0:" + PICTURES).toFloatArray();
    }
  }

  /** The maps that the file gives, without Limelight. */
  private static float[][][] run(Path file, float[] pictures, long... targets) throws Exception {
    OrtEnvironment environment = RuntimeEnvironment.get();
    long n = pictures.length / (3 * 64 * 64);
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor x =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pictures), new long[] {n, 3, 64, 64});
        OnnxTensor target =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(targets), new long[] {targets.length})) {
      String picture = session.getInputNames().contains("data") ? "data" : "x";
      Map<String, OnnxTensor> inputs = new HashMap<>(Map.of(picture, x));
      if (targets.length > 0) {
        inputs.put(HeatmapExport.TARGET, target);
      }
      try (OrtSession.Result results = session.run(inputs)) {
        return (float[][][]) results.get(HeatmapExport.HEATMAP).orElseThrow().getValue();
      }
    }
  }

  private static List<Heatmap> explained(String method, String layer, Target target)
      throws Exception {
    try (Explainer explainer = Explainer.of(TinyResNet.onnxFile());
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:" + PICTURES);
      Question question = Question.of(x).methods(Methods.named(method)).targets(target);
      List<Explanation> all = List.copyOf(explainer.at(layer).explain(question));
      return all.stream().map(each -> each.map().processed(64, 64)).toList();
    }
  }

  private static void assertEqual(float[][][] actual, List<Heatmap> expected) {
    assertEqual(actual, expected, 1e-5f);
  }

  private static void assertEqual(float[][][] actual, List<Heatmap> expected, float tolerance) {
    assertThat(actual).hasDimensions(expected.size(), 64);
    for (int i = 0; i < actual.length; i++) {
      float[] values = expected.get(i).values();
      for (int p = 0; p < values.length; p++) {
        assertThat(actual[i][p / 64][p % 64])
            .as("picture %d, pixel %d", i, p)
            .isCloseTo(values[p], org.assertj.core.data.Offset.offset(tolerance));
      }
    }
  }

  static Stream<Arguments> everyMethodAtTwoLayers() {
    return HeatmapExport.methods().stream()
        .sorted()
        .flatMap(method -> Stream.of("layer2", "layer3").map(at -> Arguments.of(method, at)));
  }

  @ParameterizedTest
  @MethodSource("everyMethodAtTwoLayers")
  void theFileGivesTheMapOfTheExplainer(String method, String layer) throws Exception {
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).optMethod(method).optLayer(layer).write(file);
    // The first component is approximated.
    float tolerance = method.startsWith("eigen") ? 1e-3f : 1e-5f;
    assertEqual(run(file, pictures()), explained(method, layer, Target.top()), tolerance);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spotlight",
        "grad-spotlight",
        "spotlight(focus=whole)",
        "grad-spotlight(focus=part)",
        "grad-spotlight(fine=layer1, focus=0.75:2)"
      })
  void spotlightsKeepTheirArguments(String method) throws Exception {
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).optMethod(method).optTarget("input").write(file);
    assertEqual(
        run(file, pictures(), 1, 0, 2), explained(method, "layer3", Target.each(1, 0, 2)), 5e-6f);
    try (OrtSession session = RuntimeEnvironment.get().createSession(file.toString())) {
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("limelight.method", method)
          .containsEntry("limelight.layer", "layer3")
          .containsEntry(
              "limelight.finerLayers",
              method.contains("layer1")
                  ? "layer1"
                  : method.startsWith("grad") ? "layer2" : "layer2+layer1");
    }
  }

  @Test
  void otherMethodsHaveNoArguments() {
    HeatmapExport export = HeatmapExport.of(TinyResNet.onnxFile());
    assertThatThrownBy(() -> export.optMethod("grad-cam(focus=whole)"))
        .hasMessage("grad-cam has no argument 'focus'");
    assertThatThrownBy(() -> export.optMethod("spotlight(fine=layer2)"))
        .hasMessageContaining("spotlight reads 2 finer layers");
  }

  @Test
  void aClassMayBeChosenWhenTheFileIsWritten() throws Exception {
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).optTarget("2").write(file);
    assertEqual(run(file, pictures()), explained("grad-cam", "layer3", Target.of(2)));
  }

  @Test
  void aClassMayBeAnInput() throws Exception {
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).optTarget("input").write(file);
    float[] pictures = pictures();
    assertEqual(run(file, pictures, 1), explained("grad-cam", "layer3", Target.of(1)));
    assertEqual(
        run(file, pictures, 2, 0, 1), explained("grad-cam", "layer3", Target.each(2, 0, 1)));
    assertEqual(run(file, pictures, -1), explained("grad-cam", "layer3", Target.top()));
  }

  @Test
  void theOutputsOfTheModelStay() throws Exception {
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).write(file);
    try (OrtSession session = RuntimeEnvironment.get().createSession(file.toString())) {
      assertThat(session.getOutputNames()).isEqualTo(Set.of("logits", "heatmap"));
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("limelight.method", "grad-cam")
          .containsEntry("limelight.layer", "layer3")
          .containsEntry("limelight.target", "top");
    }
  }

  @Test
  void aLayerMayBeNamedByItsTensor() throws Exception {
    Path file = folder.resolve("map.onnx");
    String tensor = "/layer2/relu2/Relu_output_0";
    HeatmapExport.of(TinyResNet.onnxFile()).optLayer(tensor).write(file);
    assertEqual(run(file, pictures()), explained("grad-cam", "layer2", Target.top()));
  }

  @Test
  void whatKnowsNoClassHasNoTarget() {
    HeatmapExport export =
        HeatmapExport.of(TinyResNet.onnxFile()).optMethod("eigen-cam").optTarget("1");
    assertThatThrownBy(() -> export.write(folder.resolve("map.onnx")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("eigen-cam gives all classes the same map");
  }

  @Test
  void otherFormatsAreExportedToOnnxFirst() throws IOException {
    Path blocks = Files.createDirectory(folder.resolve("blocks"));
    assertThatThrownBy(() -> HeatmapExport.of(blocks).write(folder.resolve("map.onnx")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("blocks is ", "or an MXNet symbol only", "torch.onnx.export");
  }

  @Test
  void anMxnetSymbolIsExportedAsTheOnnxModelOfTheSameNetwork() throws Exception {
    Path symbol = TinyResNet.folder().resolve("tiny-resnet-symbol.json");
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(symbol).optLayer(TinyResNet.path("symbol", "layer2")).write(file);
    assertEqual(run(file, pictures()), explained("grad-cam", "layer2", Target.top()), 1e-4f);
  }

  @Test
  void aTorchScriptModelIsExportedAsTheOnnxModelOfTheSameNetwork() throws Exception {
    Path traced = TinyResNet.folder().resolve("tiny-resnet-traced.pt");
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(traced).optLayer("layer2").write(file);
    assertEqual(run(file, pictures()), explained("grad-cam", "layer2", Target.top()));
    // The written file knows its layers by the same names.
    try (Explainer script = Explainer.of(traced);
        Explainer onnx = Explainer.of(file)) {
      assertThat(onnx.layers().stream().map(layer -> layer.path()))
          .containsAll(script.layers().stream().map(layer -> layer.path()).toList());
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    HeatmapExport export = HeatmapExport.of(TinyResNet.onnxFile());
    assertThatThrownBy(() -> export.optMethod("rise"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'rise'")
        .hasMessageContaining("grad-cam, grad-cam++");
    assertThatThrownBy(() -> export.optTarget("cat"))
        .hasMessage("a target is top, input or the index of a class, but got 'cat'");
    Path file = folder.resolve("map.onnx");
    assertThatThrownBy(() -> export.optTarget("4").write(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no class 4; the model has the classes 0 to 3");
    assertThatThrownBy(() -> export.optTarget("top").optLayer("layer9").write(file))
        .hasMessageContaining("no layer 'layer9'");
    assertThat(file).doesNotExist();
  }

  @Test
  void onlyFilesThatAreNotTheModelAreReplaced() throws Exception {
    Path model = Files.copy(TinyResNet.onnxFile(), folder.resolve("net.onnx"));
    HeatmapExport export = HeatmapExport.of(model);
    assertThatThrownBy(() -> export.write(model))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is part of the model itself");
    assertThatThrownBy(() -> export.write(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no file that can be replaced");
    assertThat(model).hasSameBinaryContentAs(TinyResNet.onnxFile());
  }

  @Test
  void aModelWithAMapIsNotGivenAnother() throws Exception {
    Path file = folder.resolve("map.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).write(file);
    assertThatThrownBy(() -> HeatmapExport.of(file).write(folder.resolve("again.onnx")))
        .hasMessageContaining("a tensor 'heatmap' already");
  }
}
