package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Target;
import dev.limelight.TinyResNet;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method keeps to, whichever it is. */
class MethodsTest {

  private static Model model;
  private static NDArray x;
  private static SplitModel split;
  private static WholeNetwork whole;

  @BeforeAll
  static void cut() {
    model = TinyResNet.symbol();
    x = TinyResNet.golden(model.getNDManager()).get("x");
    Network network = Network.of(model);
    split = network.split(LayerPath.of("layer3"));
    whole = new WholeNetwork(network);
  }

  @AfterAll
  static void close() {
    split.close();
    whole.close();
    model.close();
  }

  static List<Method> methods() {
    return Methods.all();
  }

  private static Evidence evidence(NDArray pictures, int target) {
    return new Pass(split, whole, pictures, 1 << 26).evidence(List.of(Target.of(target))).get(0);
  }

  private static NDArray map(Method method, NDArray pictures, int target) {
    Evidence evidence = evidence(pictures, target);
    return method.map(evidence);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void mapsHaveTheLayersSizeAndAreFinite(Method method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDArray map = map(method, pictures(scope, "0:6"), 1);
      long side = ofTheLayersSize(method) ? 8 : 64;
      assertThat(map.getShape()).isEqualTo(new Shape(6, side, side));
      for (float value : map.toFloatArray()) {
        assertThat(value).isFinite();
      }
      NDArray blank = map(method, scope.zeros(new Shape(1, 3, 64, 64)), 1);
      for (float value : blank.toFloatArray()) {
        assertThat(value).isFinite();
      }
    }
  }

  /** Class activation maps are; the control that looks at the picture alone is not. */
  private static boolean ofTheLayersSize(Method method) {
    return method.family().equals("cam") && !method.about().name().equals("sobel");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theSameAgainGivesTheSame(Method method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      float[] first = map(method, pictures(scope, "0:6"), 2).toFloatArray();
      map(method, pictures(scope, "3:5"), 0);
      assertThat(map(method, pictures(scope, "0:6"), 2).toFloatArray()).containsExactly(first);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aBatchGivesWhatItsPicturesGiveAlone(Method method) {
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
  void itTellsClassesApartIfItSaysSo(Method method) {
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
  void itChangesNothingThatItShares(Method method) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      Evidence evidence = evidence(pictures(scope, "0:2"), 1);
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
  void itSaysWhatItIs(Method method) {
    About about = method.about();
    assertThat(about.name()).matches("[a-z0-9]+(\\+\\+)?(-[a-z0-9]+(\\+\\+)?)*");
    assertThat(about.cost()).isNotBlank();
    assertThat(about.paper()).isNotBlank();
    assertThat(Methods.named(about.name())).isEqualTo(method);
    assertThat(method.getClass().isRecord()).isTrue();
  }

  @Test
  void namesAreUniqueAndThoseThatThereAre() {
    assertThat(Methods.all().stream().map(method -> method.about().name()))
        .doesNotHaveDuplicates()
        .contains(
            "cam",
            "grad-cam",
            "grad-cam++",
            "grad-cam-elementwise",
            "hires-cam",
            "layer-cam",
            "xgrad-cam");
    assertThatThrownBy(() -> Methods.named("nope"))
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
