package dev.limelight.smooth;

import org.junit.jupiter.api.Test;

/** What the tests of the library's own formats ask, asked of the fixture as an .onnx file. */
class OnnxSmoothTest {

  private static final String KIND = "onnx";

  @Test
  void theFirstComponentIsBroughtToTheMap() {
    new FirstComponentTest().itIsTheComponentBroughtToTheMap(KIND, "layer3");
  }

  @Test
  void theFirstComponentOfOneChannelIsTheMapLessItsMean() {
    new FirstComponentTest().ofOneChannelItIsTheMapLessItsMean(KIND);
  }

  @Test
  void flipsAndScalesAreTheMeanOfSixMaps() {
    new FlipsAndScalesTest().itIsTheMeanOfSixMapsOfTheUnchangedPicturesClass(KIND, "layer3");
  }

  @Test
  void flipsAndScalesLeaveWhatKnowsNothingOfThePicture() {
    new FlipsAndScalesTest().mapsThatIgnoreThePictureAreUnchanged(KIND);
  }

  @Test
  void flipsAndScalesOfTheMirrorImageAreTheMapsMirrorImage() {
    new FlipsAndScalesTest().theMapOfTheMirrorImageIsTheMapsMirrorImage(KIND);
  }

  @Test
  void passesAreThoseOfThePlan() {
    new SmoothPlanTest().passesAreThoseOfThePlan(KIND, "layer2");
  }
}
