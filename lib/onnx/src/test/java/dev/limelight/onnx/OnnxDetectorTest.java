package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.model.Preprocessing;
import dev.limelight.output.DetectorFixture;
import dev.limelight.output.OutputReaders;
import dev.limelight.perturb.DRise;
import dev.limelight.target.Target;
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

  /** PyTorch's own gradient goes through its suppression, whose choice has none. */
  @Test
  void whatIsLeftAfterSuppressionIsDifferentiatedAsPyTorchDoes() throws IOException {
    DetectorFixture.check("found", ".onnx", "after-nms");
  }

  /** As torch exports torchvision's own suppression. */
  @Test
  void whatIsLeftAfterSuppressionIsListed() throws IOException {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(DetectorFixture.file("found.onnx"))
            .optReader(OutputReaders.AUTO)
            .optPreprocessing(Preprocessing.of(DetectorFixture.WIDTH, DetectorFixture.HEIGHT))
            .load()) {
      Explanation map =
          explainer
              .explain(
                  Question.of(1, i -> DetectorFixture.picture())
                      .methods(new DRise(20, 4, 0.5, 0))
                      .targets(Target.box(0)))
              .get(0);
      assertThat(map.target()).isBetween(0, 2);
      assertThat(map.probability(map.target())).isBetween(0.25, 1.0);
      assertThat(map.heatmap().max()).isPositive();
    }
  }
}
