package dev.limelight.cam.perturbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.TinyResNet;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Noise;
import dev.limelight.method.Pass;
import dev.limelight.model.Cut;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Methods that ask the network about changed copies, against their papers' formulas in plain
 * arithmetic, one copy at a time, on random pictures.
 */
class ScoredMapsTest {

  private static final Shape PICTURE = new Shape(1, 3, 64, 64);

  /** One random picture at a layer, and what plain arithmetic needs of it. */
  private record Scene(Evidence evidence, SplitModel split, NDManager scope, int target) {

    double[][] activations() {
      return channels(evidence.activations());
    }

    double[][] picture() {
      return channels(evidence.input());
    }

    ToDoubleFunction<double[][]> head() {
      Shape shape = evidence.activations().getShape();
      Cut cut = split.features(evidence.input());
      return a -> split.head(cut.with(array(a, shape))).toFloatArray()[target];
    }

    ToDoubleFunction<double[][]> network() {
      return x -> split.head(split.features(array(x, PICTURE))).toFloatArray()[target];
    }

    private NDArray array(double[][] channels, Shape shape) {
      float[] values = new float[(int) shape.size()];
      for (int i = 0; i < values.length; i++) {
        int places = channels[0].length;
        values[i] = (float) channels[i / places][i % places];
      }
      return scope.create(values, shape);
    }

    void check(Method method, double[] expected) {
      check(method, method.map(evidence), expected);
    }

    void check(Method method, NDArray map, double[] expected) {
      float[] actual = map.toFloatArray();
      for (int place = 0; place < expected.length; place++) {
        assertThat((double) actual[place])
            .as("%s at place %d", method, place)
            .isCloseTo(expected[place], within(1e-4));
      }
    }
  }

  private interface Look {
    void at(Scene scene);
  }

  private static void scenes(String kind, String layer, long memory, Look look) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, layer)));
          WholeNetwork whole = new WholeNetwork(network)) {
        for (int seed = 0; seed < 3; seed++) {
          Random random = new Random(seed);
          float[] values = new float[(int) PICTURE.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * (i % 64 < 8 * seed ? 1 : 0.5f);
          }
          Pass pass = new Pass(split, whole, scope.create(values, PICTURE), memory);
          Evidence evidence = pass.evidence(List.of(Target.of(seed))).get(0);
          look.at(new Scene(evidence, split, scope, seed));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "PyTorch, layer2", "traced, layer3"})
  void theyAreThePapersFormulas(String kind, String layer) {
    scenes(
        kind,
        layer,
        1 << 26,
        scene -> {
          double[][] a = scene.activations();
          int width = (int) scene.evidence().activations().getShape().get(3);
          scene.check(new AblationCam(), SlowScores.ablation(a, scene.head()));
          scene.check(new ReciproCam(), SlowScores.recipro(a, width, false, scene.head()));
          scene.check(new ReciproCam(true), SlowScores.recipro(a, width, true, scene.head()));
          double[][] x = scene.picture();
          scene.check(new ScoreCam(), SlowScores.score(a, x, a.length, scene.network()));
          scene.check(new ScoreCam(5), SlowScores.score(a, x, 5, scene.network()));
        });
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "PyTorch, layer2", "traced, layer3"})
  void smoothedAndIntegratedTheyAreThePapersFormulas(String kind, String layer) {
    Noise noise = Noise.normal(7);
    int pixels = (int) PICTURE.slice(2).size();
    scenes(
        kind,
        layer,
        1 << 26,
        scene -> {
          double[][] a = scene.activations();
          double[][] x = scene.picture();
          float[][] plane = new float[2 * a.length][];
          float[][] planes = new float[2 * a.length][];
          for (int copy = 0; copy < plane.length; copy++) {
            plane[copy] = noise.of(copy, pixels);
            planes[copy] = noise.of(copy, 3 * pixels);
          }
          scene.check(
              new SmoothedScoreCam("activation", 2, 0.5, 7, 4),
              SlowScores.score(
                  a,
                  x,
                  4,
                  2,
                  (value, mask, copy, c, q) -> value * (mask + 0.5 * plane[copy][q]),
                  scene.network()));
          scene.check(
              new SmoothedScoreCam("input", 2, 0.1, 7, 4),
              SlowScores.score(
                  a,
                  x,
                  4,
                  2,
                  (value, mask, copy, c, q) -> value * mask + 0.1 * planes[copy][c * pixels + q],
                  scene.network()));
          scene.check(
              new IntegratedScoreCam(3, false, 4),
              SlowScores.score(
                  a,
                  x,
                  4,
                  3,
                  (value, mask, copy, c, q) -> value * mask * new double[] {1, 3, 6}[copy % 3] / 3,
                  scene.network()));
          scene.check(
              new IntegratedScoreCam(3, true, 4),
              SlowScores.score(
                  a,
                  x,
                  4,
                  3,
                  (value, mask, copy, c, q) -> value * mask * (copy % 3 + 1) / 3,
                  scene.network()));
        });
  }

  @Test
  void withoutNoiseOrWithOneStepTheyAreScoreCam() {
    scenes(
        "symbol",
        "layer2",
        1 << 26,
        scene -> {
          NDArray plain = new ScoreCam().map(scene.evidence());
          for (Method method :
              List.of(
                  new SmoothedScoreCam("activation", 2, 0, 3, 0),
                  new SmoothedScoreCam("input", 2, 0, 3, 0),
                  new IntegratedScoreCam(1, false, 0),
                  new IntegratedScoreCam(1, true, 0))) {
            same(method.map(scene.evidence()), plain);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"symbol", "PyTorch"})
  void onALinearHeadTheClosedFormIsTheLoop(String kind) {
    scenes(
        kind,
        "layer3",
        1 << 26,
        scene -> {
          Evidence evidence = scene.evidence();
          assertThat(evidence.linear()).isTrue();
          AblationCam ablation = new AblationCam();
          same(AblationCam.closed(evidence), AblationCam.ablated(evidence));
          same(ablation.parts(evidence), AblationCam.ablated(evidence));
          for (boolean gaussian : List.of(false, true)) {
            ReciproCam recipro = new ReciproCam(gaussian);
            NDArray scores = recipro.placed(evidence);
            same(recipro.parts(evidence), scores.sub(scores.min()));
          }
        });
  }

  /** One copy at a time or many, the map is the same. */
  @Test
  void memoryChangesNothingButTheTime() {
    for (Method method :
        List.of(
            new ScoreCam(),
            new SmoothedScoreCam("activation", 3, 1, 0, 6),
            new SmoothedScoreCam("input", 3, 1, 0, 6),
            new IntegratedScoreCam(3, false, 6),
            new AblationCam(),
            new ReciproCam())) {
      float[][][] maps = new float[2][3][];
      for (int i = 0; i < 2; i++) {
        float[][] own = maps[i];
        scenes(
            "symbol",
            "layer2",
            i == 0 ? 1 : 1 << 26,
            scene -> own[scene.target()] = method.map(scene.evidence()).toFloatArray());
      }
      for (int seed = 0; seed < 3; seed++) {
        assertThat(maps[0][seed]).containsExactly(maps[1][seed], within(1e-4f));
      }
    }
  }

  @Test
  void scoreCamRefusesToAskFewerThanNone() {
    assertThatThrownBy(() -> new ScoreCam(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but got -1");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(() -> new SmoothedScoreCam("map", 10, 2, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ss-cam smooths the activation or the input, but got 'map'");
    assertThatThrownBy(() -> new SmoothedScoreCam("input", 10, -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but got -1.0");
    assertThatThrownBy(() -> new SmoothedScoreCam("input", 0, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ss-cam takes at least one copy for each channel, but got 0");
    assertThatThrownBy(() -> new IntegratedScoreCam(0, false, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is-cam takes at least one copy for each channel, but got 0");
    assertThatThrownBy(() -> new IntegratedScoreCam(1, false, -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is-cam asks a number of channels, but got -2");
  }

  private static void same(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-4f));
  }

  private static double[][] channels(NDArray array) {
    int channels = (int) array.getShape().get(1);
    int places = (int) (array.size() / channels);
    float[] values = array.toFloatArray();
    double[][] result = new double[channels][places];
    for (int i = 0; i < values.length; i++) {
      result[i / places][i % places] = values[i];
    }
    return result;
  }
}
