package dev.limelight.metric.localisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Maps of 10 x 10 cells, drawn by hand, and the values that follow. */
class BestOfThresholdsTest {

  private static final int SIDE = 10;

  private static void fill(float[] values, int x, int y, int width, int height, float value) {
    for (int row = y; row < y + height; row++) {
      for (int column = x; column < x + width; column++) {
        values[row * SIDE + column] = value;
      }
    }
  }

  private static Mask mask(int x, int y, int width, int height) {
    float[] values = new float[SIDE * SIDE];
    fill(values, x, y, width, height, 1);
    return Mask.of(new Heatmap(SIDE, SIDE, values, ""), 1);
  }

  private static Explanation map(float[] values) {
    return Explained.of(new Heatmap(SIDE, SIDE, values, "logit"), SIDE, SIDE, 0.5);
  }

  @Test
  void iouIsThatOfTheBestThreshold() {
    float[] values = new float[SIDE * SIDE];
    fill(values, 0, 0, 10, 4, 0.3f);
    fill(values, 0, 0, 4, 4, 0.6f);
    fill(values, 0, 0, 2, 2, 1);
    Measurement found = new BestIou().compared(map(values), mask(0, 0, 4, 5));
    // 40 cells from 0.1 on, 16 from 0.35 on and 4 from 0.65 on, beside 20 of the object.
    assertThat(found.curve().get(0)).isEqualTo(16.0 / 44);
    assertThat(found.curve().get(8)).isEqualTo(16.0 / 20);
    assertThat(found.curve().get(16)).isEqualTo(4.0 / 20);
    assertThat(found.value()).isEqualTo(0.8);
    assertThat(found.curve()).hasSize(17);
  }

  @Test
  void anyPartMayMatchNotTheLargestAlone() {
    float[] values = new float[SIDE * SIDE];
    fill(values, 0, 0, 5, 5, 0.9f);
    fill(values, 7, 7, 3, 3, 0.9f);
    fill(values, 6, 0, 1, 1, 1);
    Mask object = mask(7, 7, 3, 3);
    assertThat(new MaxBoxAcc().compared(map(values), object).value()).isZero();
    assertThat(new MaxBoxAccV2().compared(map(values), object).value()).isEqualTo(1);
  }

  /** A box of 4 x 5 cells beside one of 4 x 10 has an overlap of a half. */
  @Test
  void eachOverlapCountsAThird() {
    float[] values = new float[SIDE * SIDE];
    fill(values, 0, 0, 4, 5, 1);
    Measurement half = new MaxBoxAccV2().compared(map(values), mask(0, 0, 4, 10));
    assertThat(half.value()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(half.curve()).hasSize(300);
    Measurement third = new MaxBoxAccV2().compared(map(values), mask(0, 0, 6, 10));
    assertThat(third.value()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(new MaxBoxAccV2().compared(map(values), mask(6, 6, 2, 2)).value()).isZero();
  }

  /** One picture needs a low threshold and one a high one: none is right for both. */
  @Test
  void oneThresholdIsTheBestForAllPictures() {
    float[] low = new float[SIDE * SIDE];
    fill(low, 0, 0, 8, 8, 0.2f);
    fill(low, 0, 0, 1, 1, 1);
    float[] high = new float[SIDE * SIDE];
    fill(high, 0, 0, 10, 10, 0.5f);
    fill(high, 9, 9, 1, 1, 0);
    fill(high, 0, 0, 3, 3, 1);
    MaxBoxAccV2 metric = new MaxBoxAccV2();
    Measurement one = metric.compared(map(low), mask(0, 0, 8, 8));
    Measurement other = metric.compared(map(high), mask(0, 0, 3, 3));
    assertThat(one.value()).isEqualTo(1);
    assertThat(other.value()).isEqualTo(1);
    assertThat(MaxBoxAccV2.of(List.of(one, other))).isCloseTo(0.5, within(1e-12));
    assertThat(MaxBoxAccV2.of(List.of(one, Measurement.discarded("blank")))).isEqualTo(1);
    assertThatThrownBy(() -> MaxBoxAccV2.of(List.of(Measurement.discarded("blank"))))
        .hasMessageContaining("at least one picture");
  }

  @Test
  void aBlankMapHasNoValue() {
    Explanation blank = map(new float[SIDE * SIDE]);
    Mask object = mask(1, 1, 2, 2);
    assertThat(new BestIou().measured(blank, object).measured()).isFalse();
    assertThat(new MaxBoxAccV2().measured(blank, object).measured()).isFalse();
  }
}
