package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.method.Methods;
import dev.limelight.method.Pass;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FEM, KPCA-CAM and Seg-Eigen-CAM against whole decompositions in doubles, and against grad-cam
 * 1.5.7 (scripts/golden_maps.py).
 */
class FirstComponentsTest {

  /** Maps of the pictures of the fixture for their classes, with the layer's own numbers. */
  private record Seen(List<float[]> maps, float[][][] activations, float[][][] gradients) {}

  private static Seen seen(String kind, String layer, String method) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model).at(TinyResNet.path(kind, layer))) {
      NDList golden = TinyResNet.golden(scope);
      List<Explanation> all =
          explainer.explain(
              Question.of(golden.get("x")).methods(Methods.named(method)).targets(classes(golden)));
      return new Seen(
          all.stream().map(each -> each.map().values()).toList(),
          channels(golden.get(layer + "/activations")),
          channels(golden.get(layer + "/gradients")));
    }
  }

  private static Target classes(NDList golden) {
    return Target.each(
        Arrays.stream(golden.get("y").toLongArray()).mapToInt(y -> (int) y).toArray());
  }

  private static float[][][] channels(NDArray array) {
    Shape shape = array.getShape();
    float[] values = array.toFloatArray();
    float[][][] all = new float[(int) shape.get(0)][(int) shape.get(1)][];
    int size = (int) shape.slice(2).size();
    for (int i = 0; i < all.length * all[0].length; i++) {
      all[i / all[0].length][i % all[0].length] =
          Arrays.copyOfRange(values, i * size, (i + 1) * size);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "symbol, layer2, 2",
    "PyTorch, layer3, 2",
    "scripted, layer2, 0.5",
    "MXNet, layer3, 0"
  })
  void femMarksWhatIsFarAboveTheMean(String kind, String layer, double k) {
    Seen seen = seen(kind, layer, "fem(k=" + k + ")");
    for (int i = 0; i < seen.maps().size(); i++) {
      double[] expected = new double[seen.maps().get(i).length];
      for (float[] channel : seen.activations()[i]) {
        double mean = 0;
        double squares = 0;
        for (float value : channel) {
          mean += (double) value / channel.length;
          squares += (double) value * value / channel.length;
        }
        double deviation = Math.sqrt(Math.max(0, squares - mean * mean));
        for (int q = 0; q < channel.length; q++) {
          expected[q] += deviation > 1e-6 && channel[q] >= mean + k * deviation ? mean : 0;
        }
      }
      assertSame(seen.maps().get(i), expected, 1e-4, false);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "symbol, layer2, sigmoid",
    "traced, layer3, sigmoid",
    "PyTorch, layer3, rbf",
    "scripted, layer2, poly"
  })
  void kpcaCamIsTheFirstComponentInTheSpaceOfTheKernel(String kind, String layer, String kernel) {
    Seen seen = seen(kind, layer, "kpca-cam(kernel=" + kernel + ")");
    for (int i = 0; i < seen.maps().size(); i++) {
      double[][] points = points(seen.activations()[i], null);
      double gamma = 1.0 / points[0].length;
      double[][] matrix = new double[points.length][points.length];
      for (int a = 0; a < matrix.length; a++) {
        for (int b = 0; b < matrix.length; b++) {
          double product = 0;
          double distance = 0;
          for (int k = 0; k < points[0].length; k++) {
            product += points[a][k] * points[b][k];
            distance += Math.pow(points[a][k] - points[b][k], 2);
          }
          matrix[a][b] =
              kernel.equals("rbf")
                  ? Math.exp(-gamma * distance)
                  : kernel.equals("poly")
                      ? Math.pow(gamma * product + 1, 3)
                      : Math.tanh(gamma * product + 1);
        }
      }
      EigenDecompositionSymmetric all =
          new EigenDecompositionSymmetric(new Array2DRowRealMatrix(centred(matrix)));
      double root = Math.sqrt(all.getEigenvalue(0));
      double[] expected = all.getEigenvector(0).mapMultiply(root).toArray();
      assertSame(seen.maps().get(i), expected, 2e-4, true);
    }
  }

  private static double[][] centred(double[][] matrix) {
    int n = matrix.length;
    double[] means =
        Arrays.stream(matrix).mapToDouble(row -> Arrays.stream(row).sum() / n).toArray();
    double mean = Arrays.stream(means).sum() / n;
    double[][] result = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        // In this order, as the result has to be symmetric to the last bit.
        result[i][j] = matrix[i][j] - (means[i] + means[j]) + mean;
      }
    }
    return result;
  }

  /** [place][channel], without the mean, of the activations, or of these times |gradients|. */
  private static double[][] points(float[][] activations, float[][] gradients) {
    double[][] points = new double[activations[0].length][activations.length];
    for (int k = 0; k < activations.length; k++) {
      double mean = 0;
      for (int q = 0; q < points.length; q++) {
        points[q][k] =
            activations[k][q] * (gradients == null ? 1.0 : Math.abs((double) gradients[k][q]));
        mean += points[q][k] / points.length;
      }
      for (double[] point : points) {
        point[k] -= mean;
      }
    }
    return points;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch", "traced"})
  void withALinearKernelItIsEigenCam(String kind) {
    Seen plain = seen(kind, "layer2", "eigen-cam");
    Seen linear = seen(kind, "layer2", "kpca-cam(kernel=linear)");
    for (int i = 0; i < plain.maps().size(); i++) {
      assertThat(linear.maps().get(i)).containsExactly(plain.maps().get(i), within(1e-3f));
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "PyTorch, layer3", "traced, layer2"})
  void segEigenCamIsTheFirstComponentWithTheSignOfItsPeak(String kind, String layer) {
    Seen seen = seen(kind, layer, "seg-eigen-cam");
    for (int i = 0; i < seen.maps().size(); i++) {
      double[][] points = points(seen.activations()[i], seen.gradients()[i]);
      SingularValueDecomposition all =
          new SingularValueDecomposition(new Array2DRowRealMatrix(points));
      double[] expected = all.getU().getColumnVector(0).mapMultiply(all.getNorm()).toArray();
      double least = Arrays.stream(expected).min().orElseThrow();
      double most = Arrays.stream(expected).max().orElseThrow();
      double sign = -least > most ? -1 : 1;
      double[] signed = Arrays.stream(expected).map(value -> sign * value).toArray();
      assertSame(seen.maps().get(i), signed, 1e-3 * Math.max(most, -least), false);
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "PyTorch, layer3", "scripted, layer3", "traced, layer2"})
  void mapsAreThoseOfTheGradCamPackage(String kind, String layer) {
    try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
      NDList golden = TinyResNet.camGolden(scope);
      for (String name : List.of("kpca-cam-sigmoid", "kpca-cam-rbf", "kpca-cam-poly")) {
        Seen seen = seen(kind, layer, name.replace("-cam-", "-cam(kernel=") + ")");
        assertGolden(seen, golden.get(layer + "/" + name), true);
      }
      assertGolden(seen(kind, layer, "seg-eigen-cam"), golden.get(layer + "/seg-eigen-cam"), false);
    }
  }

  private static void assertGolden(Seen seen, NDArray golden, boolean anySign) {
    for (int i = 0; i < seen.maps().size(); i++) {
      float[] values = golden.get(i).toFloatArray();
      double[] expected = new double[values.length];
      double most = 0;
      for (int q = 0; q < values.length; q++) {
        expected[q] = values[q];
        most = Math.max(most, Math.abs(values[q]));
      }
      assertSame(seen.maps().get(i), expected, 1e-3 * most, anySign);
    }
  }

  /** A component's sign may be the other one where it is left open. */
  private static void assertSame(
      float[] found, double[] expected, double tolerance, boolean anySign) {
    double agreement = 0;
    for (int q = 0; q < expected.length; q++) {
      agreement += found[q] * expected[q];
    }
    double sign = anySign && agreement < 0 ? -1 : 1;
    assertThat(found).hasSize(expected.length);
    for (int q = 0; q < expected.length; q++) {
      assertThat((double) found[q])
          .as("place %d", q)
          .isCloseTo(sign * expected[q], within(tolerance));
    }
  }

  @Test
  void tooManyLocationsAreRefused() {
    try (Model model = TinyResNet.of("traced")) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of("conv1"));
          WholeNetwork whole = new WholeNetwork(network)) {
        NDArray x = scope.zeros(new Shape(1, 3, 66, 66));
        Pass pass = new Pass(split, whole, x, 1 << 26);
        assertThatThrownBy(() -> new KpcaCam().work(pass.conditions(Target.of(0))))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("4096 at most, and here are 4356; choose a later layer");
      }
    }
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> new Fem(-1)).hasMessageContaining("but got -1.0");
    assertThatThrownBy(() -> new KpcaCam("cubic", 0))
        .hasMessageContaining("sigmoid, rbf, poly, linear, but got 'cubic'");
    assertThatThrownBy(() -> new KpcaCam("rbf", -1)).hasMessageContaining("but got -1.0");
  }
}
