package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import dev.limelight.target.Target;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tests of the library's own formats ask, asked of the fixture as an .onnx file. */
class OnnxFileOfTheFixtureTest {

  @ParameterizedTest
  @ValueSource(strings = {"layer2", "layer3"})
  void passesAreThoseOfThePlan(String layer) {
    new PlanTest().passesAreThoseOfThePlan("onnx", layer);
  }

  @Test
  void aPlanHasGradientsAtEveryLayer() {
    try (Model model = TinyResNet.of("onnx")) {
      Plan.Row gradCam = PlanTest.plan(model, "layer2", Target.top()).row("grad-cam").orElseThrow();
      assertThat(gradCam.support().isSupported()).isTrue();
    }
  }

  @Test
  void everyMethodThatRunsAlsoRunsOnARandomNetwork() {
    new ShuffledExplainerTest().everyMethodThatRunsAlsoRunsOnARandomNetwork("onnx");
  }

  @Test
  void itGivesTheSameMapAsOtherFormats() throws IOException {
    new ExplainerTest().aFileOfAnyFormatGivesTheSameMap("tiny-resnet.onnx");
  }

  @Test
  void theCpuGivesTheMap() throws IOException {
    new DeviceTest().theCpuGivesTheMap(TinyResNet.onnxFile());
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    new DeviceTest().aGpuThatIsNotThereIsRefused(TinyResNet.onnxFile());
  }
}
