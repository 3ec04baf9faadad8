package dev.limelight.purpose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Explanations;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.target.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map for boxes is the spotlight of whole objects, or else Grad-CAM, and says which. */
class LocaliseTest {

  private static Explanations both(Explainer explainer, NDManager scope, Method other) {
    NDArray x = TinyResNet.golden(scope).get("x").get("0:2");
    return explainer.explain(
        Question.of(x).methods(new Localise(), other).targets(Target.of(1), Target.top()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch", "traced"})
  void itIsTheSpotlightWhereThereAreFinerLayers(String kind) {
    Method spotlight = Methods.named("spotlight(focus=whole)");
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model).at(TinyResNet.path(kind, "layer3"))) {
      Explanations all = both(explainer, scope, spotlight);
      assertThat(all).hasSize(8);
      for (int i = 0; i < 2; i++) {
        for (int t = 0; t < 4; t += 2) {
          Explanation own = all.of(i).get(t);
          Explanation other = all.of(i).get(t + 1);
          assertThat(own.map()).isEqualTo(other.map());
          assertThat(own.map().unit()).isEqualTo("relative");
          String layers = String.valueOf(other.provenance().method().parameters().get("fine"));
          Method method = own.provenance().method();
          assertThat(method).isEqualTo(new Localise("spotlight", layers));
          assertThat(layers).contains("+");
          assertThat(method.notes()).isEmpty();
        }
      }
      // What was chosen can be computed again.
      Method chosen = all.get(0).provenance().method();
      assertThat(both(explainer, scope, chosen).of(0).get(1).map())
          .isEqualTo(all.of(0).get(0).map());
    }
  }

  /** The layer of 32 x 32; there is none of 125 x 125 before it. */
  private static String first(String kind) {
    return kind.equals("PyTorch") ? "05SequentialBlock" : "layer1";
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch", "traced"})
  void withoutFinerLayersItIsGradCamAndSaysSo(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model).at(first(kind))) {
      Explanations all = both(explainer, scope, new GradCam());
      Explanation own = all.of(1).get(0);
      assertThat(own.map()).isEqualTo(all.of(1).get(1).map());
      assertThat(own.map().unit()).isEqualTo("logit");
      assertThat(own.provenance().method()).isEqualTo(new Localise("grad-cam", ""));
      assertThat(own.provenance().method().notes())
          .singleElement()
          .asString()
          .contains("localised by grad-cam");
    }
  }

  @Test
  void aPurposeChoosesTheMethod() {
    assertThat(Purpose.of("explain").method()).isEqualTo(new GradCam());
    assertThat(Purpose.of("localise").method()).isEqualTo(new Localise());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Purpose.of("Localise"))
        .withMessage("a map is for explain or localise, but got 'Localise'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("localise(by=rise)"))
        .withMessageContaining("by spotlight or grad-cam, but got 'rise'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Localise("grad-cam", "a+b"))
        .withMessageContaining("reads one layer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Localise("", "a"))
        .withMessageContaining("2 finer layers");
    // Names of layers may hold any characters.
    assertThat(new Localise("spotlight", "a,b)+c(").unit("logit")).isEqualTo("relative");
  }
}
