package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;

/** What the tests of the library's own formats ask, asked of the fixture as an .onnx file. */
class OnnxCutsTest {

  private static final String KIND = "onnx";

  @Test
  void everyLayerThatCanBeCutGivesTheLogitsOfTheWhole() {
    new SplitModelTest().everyLayerThatCanBeCutGivesTheLogitsOfTheWhole(KIND);
  }

  @Test
  void activationsAndGradientsAreThoseOfTheFixture() {
    new SplitModelTest().activationsAndGradientsAreThoseOfTheFixture(KIND);
  }

  @Test
  void resultsOfAnEarlierCallStay() {
    new SplitModelTest().resultsOfAnEarlierCallStay(KIND);
  }

  @Test
  void eachWeightedLayerHasAnEffectAndNoneOnWhatComesBeforeIt() throws Exception {
    new WeightedLayersTest().eachHasAnEffectAndNoneOnWhatComesBeforeIt(KIND);
  }

  @Test
  void layersAreModulesFromTheOutputDown() {
    new ShuffledNetworkTest().layersAreModulesFromTheOutputDown(KIND);
  }

  @Test
  void aShuffledHeadChangesTheLogitsAndNoFeature() {
    new ShuffledNetworkTest().aShuffledHeadChangesTheLogitsAndNoFeature(KIND);
  }

  @Test
  void closingFreesWhatItOwns() {
    new ShuffledNetworkTest().closingFreesWhatItOwns(KIND);
  }

  @Test
  void onnxRuntimeComputesOnTheCpu() {
    assertThat(Devices.of(EngineName.ONNX_RUNTIME)).containsExactly(Device.cpu());
    new DevicesTest().aGpuThatIsNotThereIsRefusedWithThoseThatAre(EngineName.ONNX_RUNTIME);
  }
}
