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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {

  @ParameterizedTest
  @ValueSource(ints = {6, 10, 40})
  void anIntervalHoldsTheTrueMeanAboutNineteenTimesOfTwenty(int count) {
    Random random = new Random(1);
    int held = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] values = random.doubles(count).toArray();
      double[] interval = Statistics.interval(values, trial);
      held += interval[0] <= 0.5 && 0.5 <= interval[1] ? 1 : 0;
    }
    assertThat(held).isBetween(276, 297);
  }

  @Test
  void intervalsRepeatForASeed() {
    double[] values = new Random(3).doubles(20).toArray();
    assertThat(Statistics.interval(values, 9)).isEqualTo(Statistics.interval(values, 9));
    assertThat(Statistics.interval(new double[] {2, 2, 2, 2, 2, 2}, 0)).containsOnly(2.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void tooFewValuesHaveNoInterval(int count) {
    double[] values = new Random(3).doubles(count).toArray();
    assertThat(Statistics.interval(values, 0)).containsOnly(Double.NaN);
  }

  @Test
  void allHitsOfFewPicturesAreNotCertain() {
    // Wilson's interval of 6 of 6 with z = 1.959964: from 6 / (6 + z^2) to 1.
    double[] interval = Statistics.interval(new double[] {1, 1, 1, 1, 1, 1}, 0);
    assertThat(interval[0]).isCloseTo(0.609666, within(1e-6));
    assertThat(interval[1]).isCloseTo(1, within(1e-9));
    // scipy.stats.binomtest(7, 10).proportion_ci(method="wilson")
    double[] seven = Statistics.interval(new double[] {1, 0, 1, 1, 0, 1, 1, 1, 0, 1}, 0);
    assertThat(seven).containsExactly(new double[] {0.396778, 0.892209}, within(1e-6));
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
}
