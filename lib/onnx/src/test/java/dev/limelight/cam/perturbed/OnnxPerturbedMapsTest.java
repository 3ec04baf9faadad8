package dev.limelight.cam.perturbed;

import org.junit.jupiter.api.Test;

/** What the tests of the library's own formats ask, asked of the fixture as an .onnx file. */
class OnnxPerturbedMapsTest {

  private static final String KIND = "onnx";

  @Test
  void scoredMapsAreThePapersFormulas() {
    new ScoredMapsTest().theyAreThePapersFormulas(KIND, "layer2");
    new ScoredMapsTest().smoothedAndIntegratedTheyAreThePapersFormulas(KIND, "layer2");
  }

  @Test
  void onALinearHeadTheClosedFormIsTheLoop() {
    new ScoredMapsTest().onALinearHeadTheClosedFormIsTheLoop(KIND);
  }

  @Test
  void smoothedGradientsAreTheFormula() {
    new SlopedMapsTest().smoothGradCamPlusPlusIsItsFormula(KIND, "layer2");
    new SlopedMapsTest().optiCamClimbsByTheGradientOfTheMask(KIND);
  }
}
