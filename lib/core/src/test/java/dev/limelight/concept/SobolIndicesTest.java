package dev.limelight.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

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
  @Test
  void thoseOfASumAreTheShares() {
    double[] found = indices(4, 1024, point -> 3 * point[0] - 2 * point[1] + point[2] + 5);
    assertThat(found[0]).isCloseTo(9 / 14.0, within(0.01));
    assertThat(found[1]).isCloseTo(4 / 14.0, within(0.01));
    assertThat(found[2]).isCloseTo(1 / 14.0, within(0.01));
    assertThat(found[3]).isZero();
    double[] few = indices(4, 32, point -> 3 * point[0] - 2 * point[1] + point[2] + 5);
    assertThat(few[0]).isCloseTo(9 / 14.0, within(0.08));
  }

  @Test
  void aConstantHasNone() {
    assertThat(indices(3, 32, point -> 1e6)).containsOnly(0);
  }

  @Test
  void otherDesignsAreRefused() {
    assertThatThrownBy(() -> new SobolIndices(3, 30)).hasMessageContaining("power of two");
    assertThatThrownBy(() -> new SobolIndices(0, 32)).hasMessageContaining("1 to 500");
  }

  private static double[] indices(int numbers, int pairs, ToDoubleFunction<double[]> f) {
    SobolIndices design = new SobolIndices(numbers, pairs);
    return design.total(Arrays.stream(design.points()).mapToDouble(f).toArray());
  }
}
