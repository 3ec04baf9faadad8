package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.image.Threshold.Energy;
import dev.limelight.image.Threshold.Otsu;
import dev.limelight.image.Threshold.ShareOfMaximum;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ThresholdTest {

  private static Heatmap row(float... values) {
    return new Heatmap(values.length, 1, values, "logit");
  }

  private static Heatmap random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[42];
    for (int i = 0; i < values.length; i++) {
      // Rounded, so that some are equal.
      values[i] = Math.round(10 * random.nextGaussian() + (i % 7 < 3 ? 20 : 0));
    }
    return new Heatmap(7, 6, values, "logit");
  }

  @Test
  void otsuDividesWhereThereIsAGap() {
    assertThat(new Otsu().of(row(1, 9, 2, 8, -50, 10)).cells())
        .containsExactly(false, true, false, true, false, true);
    assertThat(new Otsu().of(row(0, 0, 3, 3)).cells()).containsExactly(false, false, true, true);
  }

  @Test
  void energyIsHeldByTheFewestCells() {
    Heatmap map = row(4, -9, 1, 3, 2);
    assertThat(new Energy(0.4).of(map).cells()).containsExactly(true, false, false, false, false);
    assertThat(new Energy(0.41).of(map).cells()).containsExactly(true, false, false, true, false);
    assertThat(new Energy(1).of(map).cells()).containsExactly(true, false, true, true, true);
    assertThat(new Energy(0.5).of(row(1, 1, 1, 1)).cells())
        .containsExactly(true, true, false, false);
  }

  @Test
  void aBlankMapIsStrongNowhereAndAnEvenOneEverywhere() {
    for (Threshold each : List.of(new ShareOfMaximum(), new Otsu(), new Energy(1))) {
      assertThat(each.of(row(0, -1, -2)).area()).as("%s", each).isZero();
      assertThat(each.of(row(0, 0)).area()).as("%s", each).isZero();
      assertThat(each.of(row(3, 3, 3)).area()).as("%s", each).isEqualTo(3);
    }
  }

  @Test
  void sharesAreChecked() {
    assertThatThrownBy(() -> new ShareOfMaximum(0)).hasMessageContaining("but got 0.0");
    assertThatThrownBy(() -> new Energy(1.5)).hasMessageContaining("but got 1.5");
    assertThatThrownBy(() -> new Energy(Double.NaN)).hasMessageContaining("but got NaN");
  }

  @Property(tries = 200)
  void noOtherLevelLeavesLessVarianceWithinOtsusClasses(@ForAll long seed) {
    Heatmap map = random(seed);
    float[] values = map.positive().values();
    boolean[] strong = new Otsu().of(map).cells();
    double found = within(values, strong);
    for (float level : values) {
      boolean[] other = new boolean[values.length];
      for (int i = 0; i < other.length; i++) {
        other[i] = values[i] >= level;
      }
      assertThat(found).isLessThanOrEqualTo(within(values, other) + 1e-6);
    }
  }

  private static double within(float[] values, boolean[] upper) {
    double variance = 0;
    for (boolean side : new boolean[] {false, true}) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < values.length; i++) {
        sum += upper[i] == side ? values[i] : 0;
        count += upper[i] == side ? 1 : 0;
      }
      for (int i = 0; i < values.length; i++) {
        variance += upper[i] == side ? Math.pow(values[i] - sum / count, 2) : 0;
      }
    }
    return variance;
  }

  @Property(tries = 200)
  void energyHoldsTheShareAndNotWithACellLess(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
    Heatmap map = random(seed);
    float[] values = map.positive().values();
    boolean[] strong = new Energy(share).of(map).cells();
    double held = 0;
    double all = 0;
    float least = Float.MAX_VALUE;
    float left = 0;
    for (int i = 0; i < values.length; i++) {
      all += values[i];
      held += strong[i] ? values[i] : 0;
      least = strong[i] ? Math.min(least, values[i]) : least;
      left = strong[i] ? left : Math.max(left, values[i]);
    }
    assertThat(held).isGreaterThanOrEqualTo(share * all);
    assertThat(held - least).isLessThan(share * all);
    assertThat(least).isGreaterThanOrEqualTo(left);
  }
}
