package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Float16Test {

  private static float through(float value) {
    return Float16.values(Float16.bytes(new float[] {value}))[0];
  }

  @Test
  void everyHalfIsReadBack() {
    byte[] all = new byte[2 * 0x10000];
    for (int i = 0; i < 0x10000; i++) {
      all[2 * i] = (byte) i;
      all[2 * i + 1] = (byte) (i >> 8);
    }
    float[] values = Float16.values(all);
    byte[] again = Float16.bytes(values);
    int different = 0;
    for (int i = 0; i < 0x10000; i++) {
      boolean same = again[2 * i] == all[2 * i] && again[2 * i + 1] == all[2 * i + 1];
      different += same || Float.isNaN(values[i]) ? 0 : 1;
    }
    assertThat(different).isZero();
  }

  @Test
  void knownValuesAreThoseOfTheStandard() {
    assertThat(Float16.bytes(new float[] {1, -2, 65504, 0x1p-24f, 0.333251953125f}))
        .containsExactly(0, 0x3C, 0, 0xC0, 0xFF, 0x7B, 1, 0, 0x55, 0x35);
    assertThat(through(65520)).isInfinite();
    assertThat(through(65519)).isEqualTo(65504);
    assertThat(through(Float.NaN)).isNaN();
    assertThat(1 / through(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  /** The error is at most half a unit in the last place; ties round to even. */
  @Test
  void roundsToTheNearest() {
    assertThat(through(1 + 0x1p-11f)).isEqualTo(1);
    assertThat(through(1 + 0x3p-11f)).isEqualTo(1 + 0x1p-9f);
    assertThat(through(0x1.8p-24f)).isEqualTo(0x1p-23f);
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(20) - 12));
      float bound = Math.max(0x1p-25f, Math.abs(value) * 0x1p-11f);
      assertThat(Math.abs(through(value) - value)).isLessThanOrEqualTo(bound);
    }
  }
}
