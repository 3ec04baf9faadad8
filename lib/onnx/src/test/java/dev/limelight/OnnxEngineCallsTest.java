package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import dev.limelight.method.Methods;
import dev.limelight.target.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch through ONNX Runtime makes no more arrays than one picture does. */
class OnnxEngineCallsTest {

  private static int arrays(String method, int pictures) {
    try (Model model = TinyResNet.of("onnx")) {
      return EngineCalls.arrays(model, Methods.named(method), Target.top(), pictures);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"grad-cam", "hires-cam", "grad-cam++", "saliency"})
  void aBatchTakesTheCallsOfOnePicture(String method) {
    assertThat(arrays(method, 5)).isEqualTo(arrays(method, 1)).isPositive();
  }
}
