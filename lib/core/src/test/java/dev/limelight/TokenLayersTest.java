package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo.Family;
import dev.limelight.method.Methods;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose layers give tokens, explained as users do. */
class TokenLayersTest {

  private static NDArray pictures(NDManager scope, int n, int height, int width) {
    Random random = new Random(11);
    float[] values = new float[n * 3 * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.3f * (float) random.nextGaussian();
    }
    return scope.create(values, new Shape(n, 3, height, width));
  }

  private static ExplainerBuilder builder(Model model, int height, int width) {
    return Explainer.builder().setModel(model).optPreprocessing(Preprocessing.of(width, height));
  }

  /** The blocks are 01 to 06, and 04 is the last attention, behind which one token is read. */
  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theDefaultLayerIsTheLastWhoseLocationsReachTheHead(String engine) {
    try (Model token = TinyTransformer.vit(engine, 24, 48, 1, false);
        Model mean = TinyTransformer.vit(engine, 24, 48, 1, true);
        NDManager scope = token.getNDManager().newSubManager();
        Explainer ofToken = builder(token, 24, 48).build();
        Explainer ofMean = builder(mean, 24, 48).build()) {
      NDArray x = pictures(scope, 1, 24, 48);
      Explanation explanation =
          ofToken.explain(Question.of(x).methods(new GradCam()).targets(Target.of(2))).get(0);
      assertThat(explanation.provenance().layerText()).isEqualTo("03Step");
      assertThat(explanation.map().width()).isEqualTo(6);
      assertThat(explanation.map().height()).isEqualTo(3);
      assertThat(
              ofMean
                  .explain(Question.of(x).methods(new GradCam()).targets(Target.of(2)))
                  .get(0)
                  .provenance()
                  .layerText())
          .isEqualTo("04Step");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void everyMethodOfTheFamilyTakesTokens(String engine) {
    try (Model vit = TinyTransformer.vit(engine, 24, 48, 2, false);
        Model swin = TinyTransformer.swin(engine, 24, 48, true);
        NDManager scope = vit.getNDManager().newSubManager();
        Explainer ofVit = builder(vit, 24, 48).build();
        Explainer ofSwin = builder(swin, 24, 48).build()) {
      NDArray x = pictures(scope, 2, 24, 48);
      for (Method method : Methods.all()) {
        if (method.info().family() != Family.CAM) {
          continue;
        }
        for (Explainer explainer : List.of(ofVit, ofSwin)) {
          if (method.getClass().getPackageName().endsWith(".attention")) {
            assertThatThrownBy(
                    () -> explainer.explain(Question.of(x).methods(method).targets(Target.of(1))))
                .hasMessageContaining("attention probabilities are read from the graph");
            continue;
          }
          // Without finer layers, localise is Grad-CAM.
          if (method.parameters().containsKey("fine") && !method.info().name().equals("localise")) {
            assertThatThrownBy(
                    () -> explainer.explain(Question.of(x).methods(method).targets(Target.of(1))))
                .hasMessageMatching(".*no (finer layers|layer) before .*");
            continue;
          }
          if (explainer == ofVit && method.info().name().equals("cameras")) {
            // Its positions are learnt, one for each place.
            assertThatThrownBy(
                    () -> explainer.explain(Question.of(x).methods(method).targets(Target.of(1))))
                .hasMessageContaining("refuses 72x36 pixels where it takes 48x24; give a model");
            continue;
          }
          if (explainer == ofVit && method.info().name().equals("cam")) {
            assertThatThrownBy(
                    () -> explainer.explain(Question.of(x).methods(method).targets(Target.of(1))))
                .hasMessageContaining("global average pooling");
            continue;
          }
          List<Explanation> both =
              explainer.explain(Question.of(x).methods(method).targets(Target.of(1)));
          for (int i = 0; i < 2; i++) {
            float[] map = both.get(i).map().values();
            // Controls are drawn on the picture itself.
            assertThat(map.length).as(method.info().name()).isIn(18, 24 * 48);
            NDArray one = x.get(i + ":" + (i + 1));
            assertThat(
                    explainer
                        .explain(Question.of(one).methods(method).targets(Target.of(1)))
                        .get(0)
                        .map()
                        .values())
                .as(method.info().name())
                .containsExactly(map, within(1e-4f));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void anAmbiguousGridIsAskedForAndTaken(String engine) {
    // 12 tokens of a 24x24 picture: 3x3 and 3 others, or 2x2 and 8.
    try (Model model = TinyTransformer.vit(engine, 24, 24, 3, false);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer unclear = builder(model, 24, 24).build();
        Explainer told = builder(model, 24, 24).optGrid(3, 3).build()) {
      NDArray x = pictures(scope, 1, 24, 24);
      assertThatThrownBy(
              () -> unclear.explain(Question.of(x).methods(new GradCam()).targets(Target.of(0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3x3 places behind 3 other tokens")
          .hasMessageContaining("optGrid(h, w)");
      assertThatThrownBy(
              () ->
                  unclear
                      .at("03Step")
                      .explain(Question.of(x).methods(new GradCam()).targets(Target.of(0))))
          .hasMessageContaining("layer '03Step' gives (1, 12, 6)");
      assertThat(unclear.layers()).hasSize(1);
      assertThat(told.layers()).hasSize(4);
      Explanation explanation =
          told.explain(Question.of(x).methods(new GradCam()).targets(Target.of(0))).get(0);
      assertThat(explanation.provenance().layerText()).isEqualTo("03Step");
      assertThat(explanation.map().values()).hasSize(9);
      assertThat(
              told.at("02Step")
                  .explain(Question.of(x).methods(new GradCam()).targets(Target.of(0)))
                  .get(0)
                  .map()
                  .values())
          .hasSize(9);
    }
  }
}
