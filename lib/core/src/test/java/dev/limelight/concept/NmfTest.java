package dev.limelight.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NmfTest {

  /**
   * Parts on channels of their own, of which rows of one part alone exist: the answer is unique.
   */
  @Test
  void aFactorisationThatIsUniqueIsFound() {
    Random random = new Random(3);
    double[][] parts = new double[3][12];
    for (int j = 0; j < 3; j++) {
      for (int c = 4 * j; c < 4 * j + 4; c++) {
        parts[j][c] = 1 + random.nextDouble();
      }
      double length = Math.sqrt(Products.dot(parts[j], parts[j]));
      parts[j] = Arrays.stream(parts[j]).map(value -> value / length).toArray();
    }
    double[][] mixture = new double[40][3];
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 3; j++) {
        mixture[i][j] = i < 9 ? (i % 3 == j ? 1 + i : 0) : 5 * random.nextDouble();
      }
    }
    Nmf found = Nmf.of(product(mixture, parts), 3);
    assertThat(found.error()).isLessThan(1e-2);
    for (int j = 0; j < 3; j++) {
      int same = nearest(found.parts(), parts[j]);
      assertThat(Products.dot(found.parts()[same], parts[j])).isCloseTo(1, within(1e-3));
      for (int i = 0; i < 40; i++) {
        assertThat(found.coefficients()[i][same]).isCloseTo(mixture[i][j], within(0.1));
      }
    }
  }

  /** Lee and Seung's multiplicative updates in plain doubles, from many random starts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itIsNoWorseThanTheSlowSecondWay(long seed) {
    Random random = new Random(seed);
    double[][] rows = product(uniform(random, 30, 5), uniform(random, 5, 20));
    for (double[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        row[c] += 0.3 * random.nextDouble();
      }
    }
    double best =
        IntStream.range(0, 5).mapToDouble(i -> multiplicative(rows, 4, i)).min().orElseThrow();
    Nmf found = Nmf.of(rows, 4);
    assertThat(found.error()).isLessThan(1.02 * best);
    assertThat(found.error())
        .isCloseTo(error(rows, found.coefficients(), found.parts()), within(1e-9));
    for (double[] part : found.parts()) {
      assertThat(Products.dot(part, part)).isCloseTo(1, within(1e-9));
      assertThat(Arrays.stream(part).min().orElseThrow()).isNotNegative();
    }
    assertThat(Nmf.of(rows, 4).coefficients()).isDeepEqualTo(found.coefficients());
  }

  @Test
  void moreConceptsThanThereAreLeaveSomeEmpty() {
    double[][] rows = product(uniform(new Random(1), 10, 1), uniform(new Random(2), 1, 6));
    Nmf found = Nmf.of(rows, 3);
    assertThat(found.error()).isLessThan(1e-5);
    assertThat(found.coefficients()[0]).hasSize(3).doesNotContain(Double.NaN);
  }

  @Test
  void whatIsNegativeOrEmptyIsRefused() {
    assertThatThrownBy(() -> Nmf.of(new double[][] {{1, -0.5}, {1, 2}}, 1))
        .hasMessageContaining("-0.5");
    assertThatThrownBy(() -> Nmf.of(new double[2][2], 1)).hasMessageContaining("all values are 0");
    assertThatThrownBy(() -> Nmf.of(new double[2][3], 3)).hasMessageContaining("2 rows of 3");
  }

  /** Coefficients by trying all sets of parts that may be above 0: exact, and slow. */
  @Test
  void coefficientsAreTheBestThereAre() {
    Random random = new Random(8);
    double[][] parts = uniform(random, 4, 9);
    double[][] rows = uniform(random, 25, 9);
    double[][] found = LeastSquares.coefficients(rows, parts);
    for (int i = 0; i < rows.length; i++) {
      double best = Double.POSITIVE_INFINITY;
      for (int set = 0; set < 16; set++) {
        best = Math.min(best, ofSet(rows[i], parts, set));
      }
      assertThat(squared(rows[i], found[i], parts)).isCloseTo(best, within(1e-9));
    }
  }

  private static double ofSet(double[] row, double[][] parts, int set) {
    int[] used = IntStream.range(0, parts.length).filter(j -> (set >> j & 1) == 1).toArray();
    double[] u = new double[parts.length];
    if (used.length > 0) {
      double[][] some = Arrays.stream(used).mapToObj(j -> parts[j]).toArray(double[][]::new);
      double[] solved =
          new org.hipparchus.linear.LUDecomposition(
                  org.hipparchus.linear.MatrixUtils.createRealMatrix(Products.gram(some)))
              .getSolver()
              .solve(
                  new org.hipparchus.linear.ArrayRealVector(
                      Products.timesTransposed(new double[][] {row}, some)[0]))
              .toArray();
      for (int j = 0; j < used.length; j++) {
        if (solved[j] < 0) {
          return Double.POSITIVE_INFINITY;
        }
        u[used[j]] = solved[j];
      }
    }
    return squared(row, u, parts);
  }

  private static double squared(double[] row, double[] u, double[][] parts) {
    double[] rest = row.clone();
    for (int j = 0; j < u.length; j++) {
      Products.addScaled(rest, parts[j], -u[j]);
    }
    return Products.dot(rest, rest);
  }

  private static int nearest(double[][] parts, double[] wanted) {
    return IntStream.range(0, parts.length)
        .boxed()
        .max(Comparator.comparingDouble(j -> Products.dot(parts[j], wanted)))
        .orElseThrow();
  }

  private static double multiplicative(double[][] rows, int k, long seed) {
    Random random = new Random(seed);
    double[][] u = uniform(random, rows.length, k);
    double[][] w = uniform(random, k, rows[0].length);
    for (int round = 0; round < 2000; round++) {
      double[][] above = product(rows, Products.transposed(w));
      double[][] below = product(u, Products.gram(w));
      for (int i = 0; i < u.length; i++) {
        for (int j = 0; j < k; j++) {
          u[i][j] *= above[i][j] / (below[i][j] + 1e-12);
        }
      }
      above = product(Products.transposed(u), rows);
      below = product(product(Products.transposed(u), u), w);
      for (int j = 0; j < k; j++) {
        for (int c = 0; c < w[j].length; c++) {
          w[j][c] *= above[j][c] / (below[j][c] + 1e-12);
        }
      }
    }
    return error(rows, u, w);
  }

  private static double error(double[][] rows, double[][] u, double[][] w) {
    double left = 0;
    double total = 0;
    for (int i = 0; i < rows.length; i++) {
      left += squared(rows[i], u[i], w);
      total += Products.dot(rows[i], rows[i]);
    }
    return Math.sqrt(left / total);
  }

  private static double[][] uniform(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      Arrays.setAll(row, c -> random.nextDouble());
    }
    return values;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] result = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        for (int c = 0; c < b[0].length; c++) {
          result[i][c] += a[i][j] * b[j][c];
        }
      }
    }
    return result;
  }
}
