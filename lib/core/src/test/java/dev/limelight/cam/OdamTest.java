package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.SmallNetwork;
import dev.limelight.method.Evidence;
import dev.limelight.target.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ODAM and Seg-XRes-CAM against slow implementations in doubles. */
class OdamTest {

  /** What is asked of two pictures on a small network, which is closed then. */
  private interface Look {
    void at(Evidence evidence);
  }

  private static void with(String engine, long seed, Look look) {
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray pictures = SmallNetwork.array(scope, SmallNetwork.pictures(seed, 2));
      look.at(network.pass(pictures).evidence(List.of(Target.of(1))).get(0));
    }
  }

  /** Gradients and activations, (N, C, h, w), by their place. */
  private record Layer(float[] gradients, float[] activations, int n, int c, int h, int w) {

    static Layer of(Evidence evidence) {
      Shape shape = evidence.activations().getShape();
      return new Layer(
          evidence.gradients().toFloatArray(),
          evidence.activations().toFloatArray(),
          (int) shape.get(0),
          (int) shape.get(1),
          (int) shape.get(2),
          (int) shape.get(3));
    }

    int at(int i, int k, int y, int x) {
      return ((i * c + k) * h + y) * w + x;
    }
  }

  /** The weight of a channel at a place. */
  private interface Weight {
    double of(Layer layer, int i, int k, int y, int x);
  }

  private static void assertSum(NDArray map, Layer layer, Weight weight) {
    float[] values = map.toFloatArray();
    assertThat(map.getShape()).isEqualTo(new Shape(layer.n, layer.h, layer.w));
    int index = 0;
    for (int i = 0; i < layer.n; i++) {
      for (int y = 0; y < layer.h; y++) {
        for (int x = 0; x < layer.w; x++) {
          double sum = 0;
          for (int k = 0; k < layer.c; k++) {
            sum += weight.of(layer, i, k, y, x) * layer.activations[layer.at(i, k, y, x)];
          }
          assertThat((double) values[index++])
              .as("picture %d at %d, %d", i, y, x)
              .isCloseTo(sum, within(1e-4));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MXNet,0.7,1", "MXNet,2.5,2", "PyTorch,1,3", "PyTorch,0.3,4"})
  void odamSmoothsTheGradientByAGaussianOfTwoDirections(
      String engine, double deviation, long seed) {
    with(
        engine,
        seed,
        evidence -> {
          int reach = (int) Math.ceil(3 * deviation);
          double all = 0;
          for (int y = -reach; y <= reach; y++) {
            for (int x = -reach; x <= reach; x++) {
              all += gaussian(y, x, deviation);
            }
          }
          double total = all;
          assertSum(
              new Odam(deviation).map(evidence),
              Layer.of(evidence),
              (layer, i, k, y, x) -> {
                double smooth = 0;
                for (int b = Math.max(0, y - reach); b <= Math.min(layer.h - 1, y + reach); b++) {
                  for (int a = Math.max(0, x - reach); a <= Math.min(layer.w - 1, x + reach); a++) {
                    double part = gaussian(y - b, x - a, deviation) / total;
                    smooth += part * layer.gradients[layer.at(i, k, b, a)];
                  }
                }
                return smooth;
              });
        });
  }

  private static double gaussian(int y, int x, double deviation) {
    return Math.exp(-(y * y + x * x) / (2 * deviation * deviation));
  }

  @ParameterizedTest
  @CsvSource({"MXNet,2", "PyTorch,2", "MXNet,4", "PyTorch,5", "PyTorch,9"})
  void segXResCamTakesTheLargestGradientOfEachWindow(String engine, int window) {
    with(
        engine,
        7,
        evidence ->
            assertSum(
                new SegXResCam(window).map(evidence),
                Layer.of(evidence),
                (layer, i, k, y, x) -> {
                  double largest = Double.NEGATIVE_INFINITY;
                  for (int b = 0; b < layer.h; b++) {
                    for (int a = 0; a < layer.w; a++) {
                      if (b / window == y / window && a / window == x / window) {
                        largest = Math.max(largest, layer.gradients[layer.at(i, k, b, a)]);
                      }
                    }
                  }
                  return largest;
                }));
  }

  @ParameterizedTest
  @CsvSource({"MXNet", "PyTorch"})
  void withoutSmoothingOrPoolingBothAreHiResCam(String engine) {
    with(
        engine,
        3,
        evidence -> {
          float[] plain = new HiResCam().map(evidence).toFloatArray();
          assertThat(new Odam(0).map(evidence).toFloatArray()).containsExactly(plain);
          assertThat(new SegXResCam(1).map(evidence).toFloatArray()).containsExactly(plain);
        });
  }

  @Test
  void argumentsThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Odam(-1))
        .withMessageContaining("0 cells or more, but got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Odam(Double.NaN))
        .withMessageContaining("but got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SegXResCam(0))
        .withMessageContaining("one cell or more, but got 0");
  }
}
