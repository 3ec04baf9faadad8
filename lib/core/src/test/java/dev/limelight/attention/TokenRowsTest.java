package dev.limelight.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows carried through blocks against products of whole matrices in doubles. */
class TokenRowsTest {

  private static final int TOKENS = 5;
  private static final int PICTURES = 2;
  private static final int BLOCKS = 3;

  private final Random random = new Random(3);

  @Test
  void averagesAreThoseOfWholeMatrices() {
    check(true);
  }

  @Test
  void sumsAreThoseOfWholeMatrices() {
    check(false);
  }

  private void check(boolean average) {
    float[] read = {0.5f, 0.25f, 0, 0.25f, 0};
    float[][] blocks = new float[BLOCKS][];
    for (int b = 0; b < BLOCKS; b++) {
      blocks[b] = new float[PICTURES * TOKENS * TOKENS];
      for (int i = 0; i < blocks[b].length; i++) {
        blocks[b][i] = random.nextFloat();
      }
    }
    TokenRows rows = new TokenRows(PICTURES, read);
    for (int b = BLOCKS - 1; b >= 0; b--) {
      if (average) {
        rows.averageThrough(blocks[b]);
      } else {
        rows.addThrough(blocks[b]);
      }
    }
    float[] found = rows.values();
    for (int picture = 0; picture < PICTURES; picture++) {
      double[][] product = identity();
      for (float[] block : blocks) {
        product = times(step(block, picture, average), product);
      }
      for (int column = 0; column < TOKENS; column++) {
        double sum = 0;
        for (int row = 0; row < TOKENS; row++) {
          sum += read[row] * product[row][column];
        }
        assertThat((double) found[picture * TOKENS + column]).isCloseTo(sum, within(1e-5 * sum));
      }
    }
  }

  private static double[][] step(float[] block, int picture, boolean average) {
    double[][] step = identity();
    for (int row = 0; row < TOKENS; row++) {
      double sum = 0;
      for (int column = 0; column < TOKENS; column++) {
        step[row][column] += block[(picture * TOKENS + row) * TOKENS + column];
        sum += step[row][column];
      }
      for (int column = 0; average && column < TOKENS; column++) {
        step[row][column] /= sum;
      }
    }
    return step;
  }

  private static double[][] identity() {
    double[][] identity = new double[TOKENS][TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[TOKENS][TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      for (int j = 0; j < TOKENS; j++) {
        for (int k = 0; k < TOKENS; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  @Test
  void unsuitableArgumentsAreRefused() {
    assertThatThrownBy(() -> new AttentionRollout("sum", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mean, max, min");
    assertThatThrownBy(() -> new AttentionRollout("mean", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("below 1");
    assertThatThrownBy(() -> new AttentionRollout("mean", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
