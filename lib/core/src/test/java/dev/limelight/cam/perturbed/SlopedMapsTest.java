package dev.limelight.cam.perturbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.SmallNetwork;
import dev.limelight.TinyResNet;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.GradCamPlusPlus;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Noise;
import dev.limelight.method.Pass;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods by gradients at changed pictures, against their formulas in plain arithmetic. */
class SlopedMapsTest {

  private static final int SIDE = 64;

  private static void evidence(String kind, String layer, Consumer<Evidence> look) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, layer)));
          WholeNetwork whole = new WholeNetwork(network)) {
        NDArray x = TinyResNet.golden(network.manager()).get("x").get("0:2");
        x.attach(scope);
        Pass pass = new Pass(split, whole, x, 1 << 26);
        look.accept(pass.evidence(List.of(Target.each(1, 2))).get(0));
      }
    }
  }

  /** Compares to a share of the largest. */
  static void close(NDArray map, double[][] expected, double share) {
    float[] actual = map.toFloatArray();
    double worst = 0;
    double most = 0;
    int size = expected[0].length;
    assertThat(actual).hasSize(size * expected.length);
    for (int i = 0; i < actual.length; i++) {
      double wanted = expected[i / size][i % size];
      worst = Math.max(worst, Float.isFinite(actual[i]) ? Math.abs(actual[i] - wanted) : 1e9);
      most = Math.max(most, Math.abs(wanted));
    }
    assertThat(most).isPositive();
    assertThat(worst / most).isLessThan(share);
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "MXNet, layer3", "PyTorch, layer2", "traced, layer3"})
  void smoothGradCamPlusPlusIsItsFormula(String kind, String layer) {
    evidence(
        kind,
        layer,
        evidence -> {
          double[][] expected = new double[2][];
          for (int i = 0; i < 2; i++) {
            expected[i] = smoothPlusPlus(evidence, i, 3, 0.1, Noise.normal(5));
          }
          close(new SmoothGradCamPlusPlus(3, 0.1, 5).map(evidence), expected, 1e-4);
          NDArray plain = new GradCamPlusPlus(0).map(evidence);
          double[][] same = {
            SlowMasks.channels(plain.get("0:1"))[0], SlowMasks.channels(plain.get("1:2"))[0]
          };
          close(new SmoothGradCamPlusPlus(2, 0, 5).map(evidence), same, 1e-4);
        });
  }

  private static double[] smoothPlusPlus(
      Evidence evidence, int picture, int samples, double share, Noise noise) {
    NDArray own = evidence.input().get(picture + ":" + (picture + 1));
    float[] x = own.toFloatArray();
    double range = own.max().toFloatArray()[0] - own.min().toFloatArray()[0];
    double[][] a = SlowMasks.channels(evidence.activations().get(picture));
    double[][][] moments = new double[3][a.length][a[0].length];
    for (int copy = 0; copy < samples; copy++) {
      float[] noisy = noise.of(copy, x.length);
      for (int p = 0; p < x.length; p++) {
        noisy[p] = (float) (x[p] + share * range * noisy[p]);
      }
      NDArray changed = NativeArrays.of(own.getManager(), noisy, own.getShape());
      double[][] g = SlowMasks.channels(evidence.copies(picture, changed).gradients().get(0));
      for (int power = 0; power < 3; power++) {
        for (int k = 0; k < a.length; k++) {
          for (int q = 0; q < a[k].length; q++) {
            moments[power][k][q] += Math.pow(g[k][q], power + 1) / samples;
          }
        }
      }
    }
    double[] map = new double[a[0].length];
    for (int k = 0; k < a.length; k++) {
      double sum = 0;
      for (double value : a[k]) {
        sum += value;
      }
      double weight = 0;
      for (int q = 0; q < map.length; q++) {
        double second = moments[1][k][q];
        double below = 2 * second + Math.max(0, sum * moments[2][k][q]);
        weight += below == 0 ? 0 : Math.max(0, moments[0][k][q]) * second / below;
      }
      for (int q = 0; q < map.length; q++) {
        map[q] += weight * a[k][q];
      }
    }
    return map;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "scripted"})
  void optiCamClimbsByTheGradientOfTheMask(String kind) {
    evidence(
        kind,
        "layer3",
        evidence -> {
          double[][] expected = {climbed(evidence, 0, 4), climbed(evidence, 1, 4)};
          close(new OptiCam(4, 0.1).map(evidence), expected, 1e-3);
          Evidence brief = evidence.withoutNotes();
          new OptiCam(1, 1e-9).map(brief);
          Evidence longer = evidence.withoutNotes();
          new OptiCam(20, 0.1).map(longer);
          for (int i = 0; i < 2; i++) {
            assertThat(longer.notes().get(OptiCam.MASKED)[i])
                .isGreaterThan(brief.notes().get(OptiCam.MASKED)[i]);
          }
        });
  }

  /** Adam by differences of the mask. */
  private static double[] climbed(Evidence evidence, int picture, int steps) {
    double[][] a = SlowMasks.channels(evidence.activations().get(picture));
    int w = (int) evidence.activations().getShape().get(3);
    NDArray own = evidence.input().get(picture + ":" + (picture + 1));
    double[][] x = SlowMasks.channels(own.get(0));
    double[] u = new double[a.length];
    double[] mean = new double[a.length];
    double[] square = new double[a.length];
    for (int step = 1; step <= steps; step++) {
      double[] mask = SlowMasks.mask(a, w, SIDE, SIDE, u);
      float[] seen = new float[x.length * mask.length];
      for (int i = 0; i < seen.length; i++) {
        seen[i] = (float) (x[i / mask.length][i % mask.length] * mask[i % mask.length]);
      }
      NDArray changed = NativeArrays.of(own.getManager(), seen, own.getShape());
      double[][] slopes =
          SlowMasks.channels(evidence.copies(picture, changed).inputGradients().get(0));
      double[] sums = new double[mask.length];
      for (int i = 0; i < seen.length; i++) {
        sums[i % mask.length] +=
            slopes[i / mask.length][i % mask.length] * x[i / mask.length][i % mask.length];
      }
      double[] gradient = SlowMasks.gradient(a, w, SIDE, SIDE, u, sums);
      for (int k = 0; k < u.length; k++) {
        mean[k] = 0.9 * mean[k] + 0.1 * gradient[k];
        square[k] = 0.999 * square[k] + 0.001 * gradient[k] * gradient[k];
        double size = Math.sqrt(square[k] / (1 - Math.pow(0.999, step))) + 1e-8;
        u[k] += 0.1 * mean[k] / (1 - Math.pow(0.9, step)) / size;
      }
    }
    return SlowMasks.mixed(a, u);
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "MXNet, layer3", "PyTorch, layer2", "traced, layer3"})
  void camerasFusesScales(String kind, String layer) {
    evidence(
        kind,
        layer,
        evidence -> {
          double[][] expected = {fused(evidence, 0, 1, 1.25), fused(evidence, 1, 1, 1.25)};
          close(new Cameras("1+1.25").map(evidence), expected, 1e-4);
        });
  }

  private static double[] fused(Evidence evidence, int picture, double... scales) {
    NDArray own = evidence.input().get(picture + ":" + (picture + 1));
    double[][] x = SlowMasks.channels(own.get(0));
    int channels = (int) evidence.activations().getShape().get(1);
    double[][] a = new double[channels][SIDE * SIDE];
    double[][] g = new double[channels][SIDE * SIDE];
    for (double scale : scales) {
      int side = (int) Math.round(SIDE * scale);
      float[] larger = new float[3 * side * side];
      for (int c = 0; c < 3; c++) {
        double[] plane = SlowMasks.bicubic(x[c], SIDE, side, side);
        for (int p = 0; p < plane.length; p++) {
          larger[c * plane.length + p] = (float) plane[p];
        }
      }
      NDArray changed = NativeArrays.of(own.getManager(), larger, new Shape(1, 3, side, side));
      Evidence copy = evidence.copies(picture, changed);
      int w = (int) copy.activations().getShape().get(3);
      add(a, SlowMasks.channels(copy.activations().get(0)), w, scales.length);
      add(g, SlowMasks.channels(copy.gradients().get(0)), w, scales.length);
    }
    double[] map = new double[SIDE * SIDE];
    for (int k = 0; k < channels; k++) {
      for (int p = 0; p < map.length; p++) {
        map[p] += a[k][p] * g[k][p];
      }
    }
    return map;
  }

  private static void add(double[][] sums, double[][] planes, int w, int count) {
    for (int k = 0; k < planes.length; k++) {
      double[] large = SlowMasks.bilinear(planes[k], w, SIDE, SIDE);
      for (int p = 0; p < large.length; p++) {
        sums[k][p] += large[p] / count;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void camerasRefusesANetworkOfOneSizeBeforeItRuns(String engine) {
    try (SmallNetwork network = new SmallNetwork(engine, 1, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(3, 1));
      Pass pass = network.pass(x);
      Conditions here = pass.conditions(Target.of(1));
      String message =
          "cameras shows the network the picture at other sizes too, and this network refuses 12x12"
              + " pixels where it takes 8x8; give a model whose height and width are free, or use"
              + " grad-cam";
      assertThatThrownBy(() -> new Cameras().work(here))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> new Cameras().map(pass.evidence(List.of(Target.of(1))).get(0)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(message);
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    for (String scales : List.of("1", "1+1", "1+9", "0.5+1", "", "1+", "a+b", "1+NaN")) {
      assertThatThrownBy(() -> new Cameras(scales))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("but got '" + scales + "'; give such as 1+1.5+2");
    }
    assertThatThrownBy(() -> new OptiCam(0, 0.1)).hasMessageContaining("but got 0; 50 is usual");
    assertThatThrownBy(() -> new OptiCam(1, 0)).hasMessageContaining("but got 0.0; 0.1 is usual");
    assertThatThrownBy(() -> new SmoothGradCamPlusPlus(0, 1, 0))
        .hasMessageContaining("but got 0; 10 is usual");
    assertThatThrownBy(() -> new SmoothGradCamPlusPlus(1, -1, 0))
        .hasMessageContaining("but got -1.0; 0.15 is usual");
  }
}
