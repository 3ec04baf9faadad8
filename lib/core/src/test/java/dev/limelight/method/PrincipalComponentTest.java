package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first component against one that rotates all pairs of places until they are uncorrelated. */
class PrincipalComponentTest {

  @ParameterizedTest
  @CsvSource({"MXNet, 40, 3, 5", "MXNet, 4, 6, 7", "PyTorch, 16, 4, 4", "PyTorch, 3, 9, 8"})
  void itIsTheOneOfJacobisRotations(String engine, int channels, int height, int width) {
    try (NDManager scope = NDManager.newBaseManager(null, engine)) {
      for (int seed = 0; seed < 5; seed++) {
        Random random = new Random(seed);
        int places = height * width;
        double[][] parts = new double[places][channels];
        float[] values = new float[2 * channels * places];
        float[] reference = new float[2 * places];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
          if (i < channels * places) {
            parts[i % places][i / places] = values[i];
          }
        }
        for (int i = 0; i < reference.length; i++) {
          reference[i] = random.nextFloat();
        }
        NDArray projected =
            PrincipalComponent.project(
                scope.create(values, new Shape(2, channels, height, width)),
                scope.create(reference, new Shape(2, height, width)));
        assertThat(projected.getShape()).isEqualTo(new Shape(2, height, width));
        double[] expected = first(parts, Arrays.copyOf(reference, places));
        float[] actual = projected.get(0).toFloatArray();
        for (int i = 0; i < places; i++) {
          assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-4));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MXNet", "PyTorch"})
  void aConstantHasNoComponent(String engine) {
    try (NDManager scope = NDManager.newBaseManager(null, engine)) {
      NDArray same = scope.ones(new Shape(1, 3, 4, 5));
      NDArray projected = PrincipalComponent.project(same, scope.ones(new Shape(1, 4, 5)));
      assertThat(projected.toFloatArray()).containsOnly(0f);
    }
  }

  /** As behind a LayerNorm, where the channels add up to nothing but rounding. */
  @ParameterizedTest
  @CsvSource({"MXNet", "PyTorch"})
  void withoutAReferenceTheFarthestLocationIsPositive(String engine) {
    try (NDManager scope = NDManager.newBaseManager(null, engine)) {
      float[] values = {0, 1, 0, 0, 0, 9, 0, -1, 0, 0, 0, -9};
      for (int sign = -1; sign <= 1; sign += 2) {
        NDArray parts = scope.create(values, new Shape(1, 2, 2, 3)).mul(sign);
        NDArray rounding = scope.create(new float[] {1e-6f, 0, 0, 0, 0, -1e-6f});
        NDArray projected = PrincipalComponent.project(parts, rounding.reshape(1, 2, 3));
        assertThat(projected.argMax().getLong()).isEqualTo(5);
      }
    }
  }

  /** By one-sided Jacobi rotations of the columns: a singular value decomposition of its own. */
  private static double[] first(double[][] points, float[] reference) {
    int n = points.length;
    int m = points[0].length;
    double[][] columns = new double[m][n];
    for (int k = 0; k < m; k++) {
      double mean = 0;
      for (double[] point : points) {
        mean += point[k] / n;
      }
      for (int i = 0; i < n; i++) {
        columns[k][i] = points[i][k] - mean;
      }
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      for (int p = 0; p < m; p++) {
        for (int q = p + 1; q < m; q++) {
          rotate(columns[p], columns[q]);
        }
      }
    }
    double[] longest = columns[0];
    for (double[] column : columns) {
      longest = dot(column, column) > dot(longest, longest) ? column : longest;
    }
    double agreement = 0;
    for (int i = 0; i < n; i++) {
      agreement += longest[i] * reference[i];
    }
    double sign = agreement < 0 ? -1 : 1;
    return Arrays.stream(longest).map(value -> sign * value).toArray();
  }

  private static void rotate(double[] a, double[] b) {
    double both = dot(a, b);
    if (Math.abs(both) < 1e-15) {
      return;
    }
    double angle = Math.atan2(2 * both, dot(a, a) - dot(b, b)) / 2;
    for (int i = 0; i < a.length; i++) {
      double old = a[i];
      a[i] = Math.cos(angle) * old + Math.sin(angle) * b[i];
      b[i] = Math.cos(angle) * b[i] - Math.sin(angle) * old;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
