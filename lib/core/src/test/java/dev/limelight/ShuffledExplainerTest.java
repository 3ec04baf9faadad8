package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffledExplainerTest {

  /** What holds the arrays of a form that is not named after it. */
  private static final Map<String, String> ENGINES =
      Map.of("symbol", "MXNet", "traced", "PyTorch", "onnx", "PyTorch");

  private static Explainer explainer(Model model) {
    return Explainer.builder()
        .setModel(model)
        .optLabels(TinyResNet.LABELS)
        .optPreprocessing(Preprocessing.of(64, 64))
        .build();
  }

  private static float[] map(Explainer explainer, Method method, NDArray x) {
    return explainer
        .explain(Question.of(x).methods(method).targets(Target.of(1)))
        .get(0)
        .map()
        .values();
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void everyMethodThatRunsAlsoRunsOnARandomNetwork(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = NDManager.newBaseManager(ENGINES.getOrDefault(kind, kind));
        Explainer explainer = explainer(model);
        Explainer random = explainer.shuffled(explainer.weightedLayers().size(), 2)) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      for (Method method : Methods.all()) {
        if (explainer.plan(List.of(method), Target.top()).rows().get(0).runs()) {
          Explanation seen =
              random.explain(Question.of(x).methods(method).targets(Target.of(1))).get(0);
          assertThat(seen.map().values()).as("%s", method).isNotEmpty();
          assertThat(seen.provenance().layerText())
              .isEqualTo(
                  explainer
                      .explain(Question.of(x).methods(method).targets(Target.of(1)))
                      .get(0)
                      .provenance()
                      .layerText());
        }
      }
    }
  }

  @Test
  void itIsTheSameButForItsWeights() {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        Explainer first = explainer(model)) {
      Explainer explainer = first.at("layer2");
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      float[] before = map(explainer, new GradCam(), x);
      map(explainer.at("layer3"), new GradCam(), x);
      int arrays = model.getNDManager().getManagedArrays().size();
      try (Explainer random = explainer.shuffled(3, 7)) {
        assertThat(random.model().labels()).isEqualTo(explainer.model().labels());
        assertThat(random.model().preprocessing()).isEqualTo(explainer.model().preprocessing());
        assertThat(random.weightedLayers()).isEqualTo(explainer.weightedLayers());
        Explanation seen =
            random.explain(Question.of(x).methods(new GradCam()).targets(Target.of(1))).get(0);
        assertThat(seen.provenance().layerText()).isEqualTo("layer2");
        assertThat(seen.provenance().model().name())
            .isEqualTo("tiny-resnet, 3 of 19 layers shuffled");
        assertThat(Arrays.equals(seen.map().values(), before)).isFalse();
        // What it gives at another layer is its own too, and nobody else's.
        assertThat(random.at("layer3")).isNotSameAs(explainer.at("layer3"));
        assertThat(Arrays.equals(map(random.at("layer2"), new GradCam(), x), seen.map().values()))
            .isTrue();
      }
      assertThat(Arrays.equals(map(explainer, new GradCam(), x), before)).isTrue();
      assertThat(model.getNDManager().getManagedArrays().size()).isEqualTo(arrays);
    }
  }

  @Test
  void itClosesWithTheOneItComesFrom() {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      Explainer explainer = explainer(model);
      Explainer random = explainer.shuffled(3, 7);
      map(random, new GradCam(), x);
      explainer.close();
      assertThatThrownBy(() -> map(random, new GradCam(), x)).isInstanceOf(Exception.class);
      random.close();
    }
  }

  @Test
  void moreLayersThanThereAreAreRefused() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      for (int layers : List.of(0, 20)) {
        assertThatThrownBy(() -> explainer.shuffled(layers, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "from 1 to 19 layers of this network can be shuffled, as so many have weights, but got "
                    + layers);
      }
    }
  }
}
