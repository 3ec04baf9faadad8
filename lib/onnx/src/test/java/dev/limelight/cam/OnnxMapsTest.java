package dev.limelight.cam;

import dev.limelight.cam.layered.LayeredMapsTest;
import dev.limelight.cam.layered.SpotlightFormulasTest;
import org.junit.jupiter.api.Test;

/** What the tests of the library's own formats ask, asked of the fixture as an .onnx file. */
class OnnxMapsTest {

  private static final String KIND = "onnx";

  @Test
  void mapsAreThoseOfTheFixture() {
    new GoldenMapsTest().mapsAreThoseOfTheFixture(KIND);
  }

  @Test
  void controlsDoNotDependOnTheNetwork() {
    new PlainFormulasTest().controlsDoNotDependOnTheNetwork(KIND);
  }

  @Test
  void mapsOfSeveralLayersAreTheirFormulas() {
    new LayeredMapsTest().mapsAreTheFormulas(KIND);
    new LayeredMapsTest().polyCamIsItsFormula(KIND, "both");
    new LayeredMapsTest().layersAreFoundAndNamed(KIND);
  }

  @Test
  void spotlightsAreTheirFormulas() {
    new SpotlightFormulasTest().mapsAreTheFormulas(KIND);
    new SpotlightFormulasTest().oneForwardIsEnoughWhereAllIsAskedForAtOnce(KIND);
    new SpotlightFormulasTest().withoutEvidenceTheMapIsBlank(KIND);
    new SpotlightFormulasTest().layersAreSaidAndCanBeGiven(KIND);
  }
}
