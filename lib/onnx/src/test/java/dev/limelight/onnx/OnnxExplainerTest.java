package dev.limelight.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.KpcaCam;
import dev.limelight.cam.perturbed.Cameras;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxExplainerTest {

  /** Needs no gradient, but the head with other activations. */
  private record HalfIsEnough() implements Method {
    @Override
    public NDArray parts(Evidence evidence) {
      return evidence.activations().mul(evidence.logits().sum());
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.cam("half-is-enough").withoutClasses();
    }
  }

  private static final List<String> ONNX_ALONE = List.of("full-grad", "lrp", "attn-lrp");

  /**
   * In noise some ReLU is next to its kink, where rounding decides, and each step of an
   * optimisation starts from the last.
   */
  private static final Map<String, Double> ROUGH =
      Map.of("smooth-grad", 1e-3, "smooth-grad-cam++", 1e-3, "opti-cam", 5e-2);

  private static Explainer explainer() throws IOException {
    return Explainer.builder().setModel(TinyResNet.onnxFile()).optLabels(TinyResNet.LABELS).load();
  }

  @Test
  void aPictureIsExplainedAtTheLastConvolution() throws IOException {
    Picture picture = Pictures.read(TinyResNet.folder().resolve("picture-0.png"));
    try (Explainer explainer = explainer()) {
      Explanation seen = explainer.explain(picture);
      assertThat(seen.provenance().layerText()).isEqualTo("layer3");
      assertThat(seen.provenance().model().engine()).startsWith("OnnxRuntime ");
      assertThat(seen.predictedLabel()).isEqualTo("circle");
      assertThat(explainer.explain(Question.of(picture).methods(Methods.named("cam")).best(3)))
          .hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"layer1", "layer2", "layer3"})
  void everyMethodOfGradientsGivesTheMapOfTorchScript(String layer) throws IOException {
    try (Explainer onnx = explainer();
        Explainer script = Explainer.of(TinyResNet.folder().resolve("tiny-resnet-traced.pt"));
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:2");
      int compared = 0;
      for (Method method : Methods.all()) {
        // The script has no size, and at 224 pixels layer1 has too many locations for it.
        if (method instanceof KpcaCam && layer.equals("layer1")) {
          continue;
        }
        // CAM needs a linear head, which follows layer3, and the spotlights need finer layers.
        boolean runs = runs(script.at(layer), method);
        // The graph's size is written in, and cameras needs several.
        boolean same = runs && !(method instanceof Cameras);
        if (ONNX_ALONE.contains(method.info().name())) {
          // The script has no gradients at biases, and no rules of relevance.
          assertThat(runs).isFalse();
          assertThat(runs(onnx.at(layer), method)).isTrue();
          continue;
        }
        assertThat(runs(onnx.at(layer), method)).as(method.info().name()).isEqualTo(same);
        if (method.info().gradients() && same) {
          Question question = Question.of(x).methods(method).targets(Target.of(1));
          List<Explanation> expected = List.copyOf(script.at(layer).explain(question));
          List<Explanation> actual = List.copyOf(onnx.at(layer).explain(question));
          for (int i = 0; i < 2; i++) {
            Heatmap map = expected.get(i).map();
            float largest = Math.max(Math.abs(map.max()), Math.abs(map.min()));
            double tolerance = ROUGH.getOrDefault(method.info().name(), 1e-5);
            assertThat(map.maxDifference(actual.get(i).map()))
                .as("%s, picture %d", method.info().name(), i)
                .isLessThanOrEqualTo(tolerance * Math.max(1, largest));
          }
          compared++;
        }
      }
      assertThat(compared).isGreaterThan(10);
    }
  }

  private static boolean runs(Explainer explainer, Method method) {
    return explainer.plan(List.of(method), Target.of(1)).rows().get(0).runs();
  }

  @Test
  void aMethodMayNeedTheHeadAlone() throws IOException {
    try (Explainer explainer = explainer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x");
      assertThat(explainer.at("layer2").explain(Question.of(x).methods(new HalfIsEnough())))
          .hasSize(6);
    }
  }

  @Test
  void arraysOfAnyEngineAreTaken() throws IOException {
    try (Explainer explainer = explainer()) {
      float[] expected = null;
      for (String engine : List.of("PyTorch", "MXNet", "OnnxRuntime")) {
        try (NDManager manager = NDManager.newBaseManager(engine)) {
          NDArray x = TinyResNet.golden(manager).get("x");
          float[] map =
              explainer
                  .explain(Question.of(x).methods(Methods.named("cam")).targets(Target.of(1)))
                  .get(2)
                  .map()
                  .values();
          expected = expected == null ? map : expected;
          assertThat(map).containsExactly(expected);
        }
      }
    }
  }

  @Test
  void whatHasNoGradientIsNamed(@TempDir Path folder) throws IOException {
    byte[] model = Files.readAllBytes(TinyResNet.onnxFile());
    // Both names have four letters; what is rounded up has no slope.
    String text = new String(model, ISO_8859_1).replace("Relu", "Ceil");
    Path file = Files.write(folder.resolve("ceil.onnx"), text.getBytes(ISO_8859_1));
    try (Explainer explainer = Explainer.of(file).at("layer2");
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x");
      assertThatThrownBy(() -> explainer.explain(Question.of(x)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("the path ends at Ceil (node '/layer3/")
          .hasMessageContaining("these methods need none: ");
      assertThat(explainer.explain(Question.of(x).methods(Methods.named("eigen-cam")))).hasSize(6);
    }
  }

  @Test
  void theMethodsThatNeedNoGradientAreNamed() {
    UnsupportedException refused =
        UnsupportedException.noGradient("no gradients").offering(List.of("a", "b"));
    assertThat(refused).hasMessage("no gradients; these methods need none: a, b");
  }
}
