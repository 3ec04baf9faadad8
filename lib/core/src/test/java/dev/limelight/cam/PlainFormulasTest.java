package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.TinyResNet;
import dev.limelight.cam.perturbed.ShapleyCam;
import dev.limelight.method.Evidence;
import dev.limelight.method.Pass;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods of one or a few gradients, and the controls, against their formulas in plain doubles. */
class PlainFormulasTest {

  private static void evidence(String kind, String layer, Target score, Consumer<Evidence> look) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, layer)));
          WholeNetwork whole = new WholeNetwork(network)) {
        for (int seed = 0; seed < 3; seed++) {
          Random random = new Random(seed);
          float[] values = new float[2 * 3 * 64 * 64];
          for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * (i % 64 < 16 * seed ? 1 : 0.5f);
          }
          NDArray pictures = scope.create(values, new Shape(2, 3, 64, 64));
          look.accept(new Pass(split, whole, pictures, 1 << 26).evidence(List.of(score)).get(0));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "PyTorch, layer2", "traced, layer2", "symbol, layer3"})
  void finerCamTakesOffTheNearestClasses(String kind, String layer) {
    evidence(
        kind,
        layer,
        Target.of(1),
        evidence -> {
          double[][] a = rows(evidence.activations());
          double[][] logits = rows(evidence.logits());
          double[][][] slopes = new double[logits[0].length][][];
          for (int c = 0; c < slopes.length; c++) {
            slopes[c] = rows(evidence.gradients(Target.of(c)));
          }
          int places = (int) evidence.activations().getShape().slice(2).size();
          double[][] expected = new double[2][places];
          for (int i = 0; i < 2; i++) {
            double[] y = logits[i];
            int[] nearest =
                IntStream.of(0, 2, 3)
                    .boxed()
                    .sorted(Comparator.comparing(d -> Math.abs(y[d] - y[1])))
                    .limit(2)
                    .mapToInt(d -> d)
                    .toArray();
            for (int k = 0; k < a[i].length / places; k++) {
              double weight = 0;
              for (int q = k * places; q < (k + 1) * places; q++) {
                weight += slopes[1][i][q] / places;
                weight -= 0.8 * slopes[nearest[0]][i][q] / 2 / places;
                weight -= 0.8 * slopes[nearest[1]][i][q] / 2 / places;
              }
              for (int q = 0; q < places; q++) {
                expected[i][q] += weight * a[i][k * places + q];
              }
            }
          }
          check(new FinerCam(0.8, 2).map(evidence), expected);
          check(new FinerCam(0, 2).map(evidence), rows(new GradCam().map(evidence)));
        });
  }

  @Test
  void finerCamNeedsClasses() {
    evidence(
        "symbol",
        "layer3",
        new Squared(1),
        evidence ->
            assertThatThrownBy(() -> new FinerCam().parts(evidence))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("this target is no class"));
    assertThatThrownBy(() -> new FinerCam(0.5, 0)).hasMessageContaining("but got alpha 0.5 with 0");
    assertThatThrownBy(() -> new ShapleyCam(0)).hasMessageContaining("but got 0.0");
    assertThatThrownBy(() -> new CenterBlob(-1)).hasMessageContaining("but got -1.0");
  }

  /** Half the square of a logit, whose Hessian at a linear head is the square of its weights. */
  private record Squared(int index) implements Target {
    @Override
    public NDArray score(NDArray logits) {
      return logits.get(":, " + index).pow(2).div(2);
    }

    @Override
    public int[] classes(NDArray logits) {
      int[] none = new int[(int) logits.getShape().get(0)];
      Arrays.fill(none, -1);
      return none;
    }

    @Override
    public boolean linear() {
      return false;
    }

    @Override
    public Target of(int picture, NDArray logits) {
      return this;
    }
  }

  /** Of s^2 / 2 with s = w A + b: g = s w, and H A = w (w A) = w (s - b). */
  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch", "traced"})
  void shapleyCamTakesOffHalfTheCurvature(String kind) {
    evidence(
        kind,
        "layer3",
        new Squared(2),
        evidence -> {
          double[][] a = rows(evidence.activations());
          double[][] w = rows(evidence.gradients(Target.of(2)));
          double[][] logits = rows(evidence.logits());
          int places = (int) evidence.activations().getShape().slice(2).size();
          double[][] expected = new double[2][places];
          for (int i = 0; i < 2; i++) {
            double linear = 0;
            for (int q = 0; q < a[i].length; q++) {
              linear += w[i][q] * a[i][q];
            }
            for (int q = 0; q < a[i].length; q++) {
              double weight = w[i][q] * (logits[i][2] - linear / 2);
              expected[i][q % places] += weight * a[i][q];
            }
          }
          check(new ShapleyCam().map(evidence), expected);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch"})
  void controlsDoNotDependOnTheNetwork(String kind) {
    evidence(
        kind,
        "layer2",
        Target.of(0),
        evidence -> {
          double[][] a = rows(evidence.activations());
          Shape shape = evidence.activations().getShape();
          int h = (int) shape.get(2);
          int w = (int) shape.get(3);
          double[][] weighted = new double[2][h * w];
          double[][] blob = new double[2][h * w];
          for (int i = 0; i < 2; i++) {
            SplittableRandom random = new SplittableRandom(7);
            for (int k = 0; k < shape.get(1); k++) {
              double weight = random.nextDouble(-1, 1);
              for (int q = 0; q < h * w; q++) {
                weighted[i][q] += weight * a[i][k * h * w + q];
              }
            }
            for (int q = 0; q < h * w; q++) {
              double down = (q / w + 0.5) / h - 0.5;
              double across = (q % w + 0.5) / w - 0.5;
              blob[i][q] = Math.exp(-(down * down + across * across) / (2 * 0.3 * 0.3));
            }
          }
          check(new RandomCam(7).map(evidence), weighted);
          check(new CenterBlob(0.3).map(evidence), blob);
          check(new Sobel().map(evidence), sobel(rows(evidence.input())));
        });
  }

  private static double[][] sobel(double[][] pictures) {
    double[][] edges = new double[pictures.length][64 * 64];
    for (int i = 0; i < pictures.length; i++) {
      for (int q = 0; q < 64 * 64; q++) {
        double across = 0;
        double down = 0;
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int y = Math.min(63, Math.max(0, q / 64 + dy));
            int x = Math.min(63, Math.max(0, q % 64 + dx));
            double grey = 0;
            for (int c = 0; c < 3; c++) {
              grey += pictures[i][(c * 64 + y) * 64 + x] / 3;
            }
            across += dx * (2 - Math.abs(dy)) * grey;
            down += dy * (2 - Math.abs(dx)) * grey;
          }
        }
        edges[i][q] = Math.hypot(across, down);
      }
    }
    return edges;
  }

  private static double[][] rows(NDArray array) {
    int rows = (int) array.getShape().get(0);
    float[] values = array.toFloatArray();
    int length = values.length / rows;
    double[][] result = new double[rows][length];
    for (int i = 0; i < values.length; i++) {
      result[i / length][i % length] = values[i];
    }
    return result;
  }

  private static void check(NDArray map, double[][] expected) {
    double[][] actual = rows(map);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).hasSameSizeAs(expected[i]);
      for (int q = 0; q < expected[i].length; q++) {
        assertThat(actual[i][q])
            .as("picture %d, place %d", i, q)
            .isCloseTo(expected[i][q], within(1e-4));
      }
    }
  }
}
