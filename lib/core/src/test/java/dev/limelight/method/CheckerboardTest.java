package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.HiResCam;
import dev.limelight.cam.LayerCam;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second stage of the fixture lies before convolutions with a stride of 2. */
class CheckerboardTest {

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void mapsBeforeAStrideAreNotedAndOthersAreNot(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      for (String layer : List.of("layer2", "layer3")) {
        for (Method method : List.of(new LayerCam(), new HiResCam(), new GradCam())) {
          Explanation map =
              explainer
                  .at(TinyResNet.path(kind, layer))
                  .explain(
                      Question.of(TinyResNet.golden(scope).get("x").get("0:1")).methods(method))
                  .get(0);
          boolean expected = layer.equals("layer2") && !(method instanceof GradCam);
          assertThat(map.notes().containsKey(Checkerboard.NOTE))
              .as("%s at %s: %s", method.info().name(), layer, map.notes())
              .isEqualTo(expected);
        }
      }
    }
  }
}
