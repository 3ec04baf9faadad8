package dev.limelight.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SobolIndicesTest {

  /** Ishigami and Homma 1990, with a = 7 and b = 0.1, whose indices are known. */
  @Test
  void thoseOfIshigamisFunctionAreKnown() {
    double[] found =
        indices(
            3,
            8192,
            point -> {
              double x = angle(point[0]);
              double y = angle(point[1]);
              double z = angle(point[2]);
              return Math.sin(x)
                  + 7 * Math.sin(y) * Math.sin(y)
                  + 0.1 * Math.pow(z, 4) * Math.sin(x);
            });
    assertThat(found[0]).isCloseTo(0.5576, within(0.005));
    assertThat(found[1]).isCloseTo(0.4424, within(0.005));
    assertThat(found[2]).isCloseTo(0.2437, within(0.005));
  }

  private static double angle(double uniform) {
    return Math.PI * (2 * uniform - 1);
  }

  /** The indices of a weighted sum are the squares of its weights, as shares of their sum. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 30, 50})
  void thoseOfASumAreTheShares(int numbers) {
    List<DoubleUnaryOperator> patterns =
        List.of(
            j -> 1,
            j -> j + 1,
            j -> 1 / (j + 1),
            j -> Math.pow(-0.5, j),
            j -> j % 2 == 0 ? 1 : -1,
            j -> j == 0 ? numbers : 1,
            j -> j == numbers - 1 ? Math.sqrt(numbers) : 1,
            j -> j < 2 ? 1 : 0,
            j -> j % 2 == 0 ? 0.3 : -j);
    for (int pattern = 0; pattern < patterns.size(); pattern++) {
      double[] weights =
          IntStream.range(0, numbers).asDoubleStream().map(patterns.get(pattern)).toArray();
      double[] exact = SobolIndices.ofSum(weights);
      assertThat(usual(numbers, sum(weights)))
          .as("pattern %d", pattern)
          .containsExactly(exact, within(0.1));
      assertThat(indices(numbers, 1024, sum(weights)))
          .as("pattern %d, many pairs", pattern)
          .containsExactly(exact, within(0.01));
    }
  }

  private static ToDoubleFunction<double[]> sum(double[] weights) {
    return point -> 5 + Products.dot(point, weights);
  }

  @Test
  void thoseOfASumAreExactByItsWeights() {
    assertThat(SobolIndices.ofSum(new double[] {3, -2, 1, 0}))
        .containsExactly(new double[] {9 / 14.0, 4 / 14.0, 1 / 14.0, 0}, within(1e-12));
    assertThat(SobolIndices.ofSum(new double[3])).containsOnly(0);
  }

  /** Dimensions of one sequence would be, over few points. */
  @Test
  void noNumberIsCorrelatedWithTheOneItIsExchangedFor() {
    SobolIndices design = SobolIndices.of(30, ConceptSettings.USUAL.pairs());
    int pairs = design.pairs();
    double[][] points = design.points();
    for (int j = 0; j < 30; j++) {
      double covariance = 0;
      for (int i = 0; i < pairs; i++) {
        covariance += (points[i][j] - 0.5) * (points[(j + 1) * pairs + i][j] - 0.5) / pairs;
      }
      assertThat(12 * covariance).isCloseTo(0, within(0.03));
    }
  }

  @Test
  void aConstantHasNone() {
    assertThat(indices(3, 32, point -> 1e6)).containsOnly(0);
  }

  @Test
  void otherDesignsAreRefused() {
    assertThatThrownBy(() -> new SobolIndices(3, 30)).hasMessageContaining("power of two");
    assertThatThrownBy(() -> new SobolIndices(0, 32)).hasMessageContaining("1 to 500");
    assertThatThrownBy(() -> new SobolIndices(17, 32)).hasMessageContaining("two a number");
    assertThat(SobolIndices.of(17, 32)).isEqualTo(new SobolIndices(17, 64));
    assertThat(SobolIndices.of(16, 32).pairs()).isEqualTo(32);
  }

  private static double[] usual(int numbers, ToDoubleFunction<double[]> f) {
    return indices(numbers, SobolIndices.of(numbers, ConceptSettings.USUAL.pairs()).pairs(), f);
  }

  private static double[] indices(int numbers, int pairs, ToDoubleFunction<double[]> f) {
    SobolIndices design = new SobolIndices(numbers, pairs);
    return design.total(Arrays.stream(design.points()).mapToDouble(f).toArray());
  }
}
