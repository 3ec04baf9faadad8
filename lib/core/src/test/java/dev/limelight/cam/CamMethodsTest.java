package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.TinyResNet;
import dev.limelight.model.Cut;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method keeps to, whichever it is. */
class CamMethodsTest {

  private static Model model;
  private static NDArray x;
  private static SplitModel split;

  @BeforeAll
  static void cut() {
    model = TinyResNet.symbol();
    x = TinyResNet.golden(model.getNDManager()).get("x");
    split = SplitModel.of(model, LayerPath.of("layer3"));
  }

  @AfterAll
  static void close() {
    split.close();
    model.close();
  }

  static List<CamMethod> methods() {
    return CamMethods.all();
  }

  private static NDArray map(CamMethod method, NDArray pictures, int target) {
    Cut cut = split.features(pictures);
    Evidence evidence = Evidence.of(split, cut, List.of(k -> k.get(":, " + target))).get(0);
    return method.map(evidence);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void mapsHaveTheLayersSizeAndAreFinite(CamMethod method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDArray map = map(method, pictures(scope, "0:6"), 1);
      assertThat(map.getShape()).isEqualTo(new Shape(6, 8, 8));
      for (float value : map.toFloatArray()) {
        assertThat(value).isFinite();
      }
      NDArray blank = map(method, scope.zeros(new Shape(1, 3, 64, 64)), 1);
      for (float value : blank.toFloatArray()) {
        assertThat(value).isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theSameAgainGivesTheSame(CamMethod method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      float[] first = map(method, pictures(scope, "0:6"), 2).toFloatArray();
      map(method, pictures(scope, "3:5"), 0);
      assertThat(map(method, pictures(scope, "0:6"), 2).toFloatArray()).containsExactly(first);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aBatchGivesWhatItsPicturesGiveAlone(CamMethod method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDArray batch = map(method, pictures(scope, "0:6"), 3);
      for (int i = 0; i < 6; i++) {
        float[] alone = map(method, pictures(scope, i + ":" + (i + 1)), 3).toFloatArray();
        assertThat(batch.get(i).toFloatArray()).containsExactly(alone, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void itTellsClassesApartIfItSaysSo(CamMethod method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      float[] one = map(method, pictures(scope, "0:1"), 0).toFloatArray();
      float[] other = map(method, pictures(scope, "0:1"), 1).toFloatArray();
      if (method.about().classes()) {
        assertThat(one).isNotEqualTo(other);
      } else {
        assertThat(one).containsExactly(other);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void itChangesNothingThatItShares(CamMethod method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      Cut cut = split.features(pictures(scope, "0:2"));
      Evidence evidence = Evidence.of(split, cut, List.of(k -> k.get(":, 1"))).get(0);
      float[] activations = evidence.activations().toFloatArray();
      float[] gradients = evidence.gradients().toFloatArray();
      float[] logits = evidence.logits().toFloatArray();
      method.map(evidence);
      assertThat(evidence.activations().toFloatArray()).containsExactly(activations);
      assertThat(evidence.gradients().toFloatArray()).containsExactly(gradients);
      assertThat(evidence.logits().toFloatArray()).containsExactly(logits);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void itSaysWhatItIs(CamMethod method) {
    About about = method.about();
    assertThat(about.name()).matches("[a-z0-9]+(\\+\\+)?(-[a-z0-9]+(\\+\\+)?)*");
    assertThat(about.cost()).isNotBlank();
    assertThat(about.paper()).isNotBlank();
    assertThat(CamMethods.named(about.name())).isEqualTo(method);
    assertThat(method.getClass().isRecord()).isTrue();
  }

  @Test
  void namesAreUniqueAndThoseThatThereAre() {
    assertThat(CamMethods.all().stream().map(method -> method.about().name()))
        .doesNotHaveDuplicates()
        .contains(
            "cam",
            "grad-cam",
            "grad-cam++",
            "grad-cam-elementwise",
            "hires-cam",
            "layer-cam",
            "xgrad-cam");
    assertThatThrownBy(() -> CamMethods.named("nope"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no method 'nope'; there are ")
        .hasMessageContaining("grad-cam, grad-cam++");
  }

  private static NDArray pictures(NDManager scope, String range) {
    NDArray some = x.get(range);
    some.attach(scope);
    return some;
  }
}
