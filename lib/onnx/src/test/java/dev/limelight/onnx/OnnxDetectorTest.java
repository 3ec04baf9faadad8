package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.Explainer;
import dev.limelight.output.DetectorFixture;
import dev.limelight.output.OutputReaders;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detectors as ONNX graphs, whose outputs are put side by side by further nodes. */
class OnnxDetectorTest {

  @ParameterizedTest
  @ValueSource(strings = {"yolo", "yolo-objectness", "picodet", "ssd"})
  void decodesAndDifferentiatesAsPyTorch(String name) throws IOException {
    DetectorFixture.check(name, ".onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolo", "picodet", "ssd"})
  void boxesThatAreAskedForTogetherAreThoseOfEachAlone(String name) throws IOException {
    DetectorFixture.checkTogether(name, ".onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolo", "picodet"})
  void everyKindOfMethodExplainsABox(String name) throws IOException {
    DetectorFixture.checkExplained(name, ".onnx");
  }

  @Test
  void whatIsLeftAfterSuppressionIsRefused() {
    assertThatThrownBy(
            () ->
                Explainer.builder()
                    .setModel(DetectorFixture.file("found.onnx"))
                    .optReader(OutputReaders.AUTO)
                    .load())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NonMaxSuppression")
        .hasMessageContaining("export the model with the boxes and scores before it");
  }
}
