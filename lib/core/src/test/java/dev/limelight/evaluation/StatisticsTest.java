package dev.limelight.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void anIntervalHoldsTheTrueMeanAboutNineteenTimesOfTwenty() {
    Random random = new Random(1);
    int held = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] values = random.doubles(40).toArray();
      double[] interval = Statistics.interval(values, trial);
      held += interval[0] <= 0.5 && 0.5 <= interval[1] ? 1 : 0;
    }
    assertThat(held).isBetween(270, 297);
  }

  @Test
  void intervalsRepeatForASeed() {
    double[] values = new Random(3).doubles(20).toArray();
    assertThat(Statistics.interval(values, 9)).isEqualTo(Statistics.interval(values, 9));
    assertThat(Statistics.interval(new double[0], 0)).containsOnly(Double.NaN);
    assertThat(Statistics.interval(new double[] {2, 2, 2}, 0)).containsOnly(2.0);
  }

  @Test
  void holmsExampleByHand() {
    assertThat(Statistics.holm(new double[] {0.01, 0.04, 0.03, 0.005}))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
  }

  @Property
  void correctionNeverHelps(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0, max = 1) Double> some) {
    double[] p = some.stream().mapToDouble(Double::doubleValue).toArray();
    double[] adjusted = Statistics.holm(p);
    for (int i = 0; i < p.length; i++) {
      assertThat(adjusted[i]).isBetween(Math.min(1, p[i]), Math.min(1, p.length * p[i] + 1e-12));
      for (int j = 0; j < p.length; j++) {
        assertThat(p[i] < p[j] && adjusted[i] > adjusted[j]).isFalse();
      }
    }
  }

  @Test
  void theSignedRankTestByHand() {
    // All six differences have one sign: both tails together have 2 of 2^6 signs.
    assertThat(Statistics.signedRank(new double[] {1, 2, 3, 4, 5, 6}))
        .isCloseTo(2.0 / 64, within(1e-9));
    assertThat(Statistics.signedRank(new double[] {0, 0})).isEqualTo(1);
    double[] noise = new Random(5).doubles(60, -1, 1).toArray();
    assertThat(Statistics.signedRank(noise)).isGreaterThan(0.01);
    for (int i = 0; i < noise.length; i++) {
      noise[i] += 0.8;
    }
    assertThat(Statistics.signedRank(noise)).isLessThan(1e-6);
  }
}
