package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.image.Heatmap;
import dev.limelight.target.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeveralLayersTest {

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void mapsOfTwoLayersAreFusedAsTheFixtureHasThem(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDList golden = TinyResNet.golden(scope);
      Explainer both =
          explainer.at(TinyResNet.path(kind, "layer2"), TinyResNet.path(kind, "layer3"));
      for (int i = 0; i < 6; i++) {
        NDArray x = golden.get("x").get(i + ":" + (i + 1));
        Target target = Target.of((int) golden.get("y").getLong(i));
        Explanation fused =
            both.explain(Question.of(x).methods(new LayerCam()).targets(target)).get(0);
        float[] expected = golden.get("multi-layer/layer-cam").get(i).toFloatArray();
        Heatmap wanted = new Heatmap(64, 64, expected, Heatmap.RELATIVE);
        assertThat(fused.heatmap().maxDifference(wanted)).isLessThan(1e-4);
        assertThat(fused.provenance().layerText())
            .isEqualTo(TinyResNet.path(kind, "layer2") + ", " + TinyResNet.path(kind, "layer3"));
      }
    }
  }

  @Test
  void oneLayerInAListIsThatLayerAndTheBestClassesAreFusedToo() {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      float[] alone =
          explainer
              .explain(Question.of(x).methods(new GradCam()).targets(Target.of(1)))
              .get(0)
              .map()
              .values();
      Explainer at = explainer.at("layer3");
      assertThat(
              at.explain(Question.of(x).methods(new GradCam()).targets(Target.of(1)))
                  .get(0)
                  .map()
                  .values())
          .containsExactly(alone);
      explainer.at("layer2", "layer3");
      explainer.at("layer3", "layer2");
      assertThat(((LocalRunner) explainer.runner()).network().cutLayers()).isEqualTo(2);
      assertThatThrownBy(() -> explainer.at("layer3", "layer9"))
          .hasMessageContaining("no layer 'layer9'");
      assertThat(explainer.at("layer2", "layer3").plan(List.of(new GradCam()), Target.top()).rows())
          .hasSize(2);
    }
  }
}
