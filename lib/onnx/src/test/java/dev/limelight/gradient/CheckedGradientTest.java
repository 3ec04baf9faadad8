package dev.limelight.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckedGradientTest {

  private static List<Explanation> explained(Path model, String layer, Method method)
      throws IOException {
    try (Explainer explainer = Explainer.of(model);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x");
      return List.copyOf(explainer.at(layer).explain(Question.of(x).methods(method)));
    }
  }

  /** ReLUs and a maximum are between; behind the last of them the score is a straight line. */
  @ParameterizedTest
  @CsvSource({
    "tiny-resnet.onnx, layer3, grad-cam, 1e-3",
    "tiny-resnet.onnx, layer2, grad-cam, 0.05",
    "tiny-resnet.onnx, layer1, hires-cam, 0.05",
    "tiny-resnet.onnx, layer2, saliency, 0.15",
    "tiny-resnet-traced.pt, layer3, grad-cam, 1e-3",
    "tiny-resnet-traced.pt, layer2, saliency, 0.15"
  })
  void gradientsAgreeWithFiniteDifferences(
      String file, String layer, String method, double tolerance) throws IOException {
    Path model = TinyResNet.folder().resolve(file);
    Method plain = Methods.named(method);
    List<Explanation> checked = explained(model, layer, new CheckedGradient(plain));
    List<Explanation> maps = explained(model, layer, plain);
    for (int i = 0; i < maps.size(); i++) {
      assertThat(checked.get(i).notes().get(CheckedGradient.ERROR)).isBetween(0.0, tolerance);
      assertThat(checked.get(i).map()).isEqualTo(maps.get(i).map());
      assertThat(checked.get(i).provenance().methodText())
          .isEqualTo(maps.get(i).provenance().methodText());
    }
  }

  @Test
  void aMethodWithoutGradientsIsRefused() {
    assertThat(new CheckedGradient(new GradCam()).info().name()).isEqualTo("grad-cam");
    assertThatThrownBy(() -> new CheckedGradient(Methods.named("rise")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("the method rise uses no gradient that could be checked");
  }
}
