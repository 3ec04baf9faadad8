package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.MethodInfo.Family;
import dev.limelight.method.Methods;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void gradientsElsewhereAreRefusedWithWhatWouldWork() throws IOException {
    List<String> without =
        Methods.all().stream()
            .map(Method::info)
            .filter(info -> !info.gradients())
            .map(MethodInfo::name)
            .toList();
    try (Explainer explainer = explainer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x");
      Explainer at = explainer.at("layer2");
      for (Method method : Methods.all()) {
        if (method.info().gradients()) {
          assertThatThrownBy(() -> at.explain(Question.of(x).methods(method)))
              .as(method.info().name())
              .isInstanceOf(UnsupportedException.class)
              .hasMessageContaining("ONNX Runtime has no gradients")
              // Another layer is no help to a method that asks for the gradient of the picture.
              .hasMessageContaining(
                  method.info().family() == Family.CAM
                      ? "at layer 'layer3' grad-cam and its family work all the same"
                      : "has no gradients")
              .satisfies(e -> assertThat(without).allMatch(e.getMessage()::contains));
        }
      }
      assertThat(at.explain(Question.of(x).methods(new HalfIsEnough()))).hasSize(6);
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
  void guidedBackpropagationSaysWhatToDo() throws IOException {
    try (Explainer explainer = Explainer.of(TinyResNet.onnxFile()).at("layer3");
        NDManager scope = NDManager.newBaseManager("MXNet")) {
      NDArray x = TinyResNet.golden(scope).get("x");
      assertThatThrownBy(
              () ->
                  explainer.explain(
                      Question.of(x).methods(new GuidedBackpropagation()).targets(Target.of(0))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("ONNX");
    }
  }

  @Test
  void theMethodsThatNeedNoGradientAreNamed() {
    UnsupportedException refused =
        UnsupportedException.noGradient("no gradients").offering(List.of("a", "b"));
    assertThat(refused).hasMessage("no gradients; these methods need none: a, b");
  }
}
