package dev.limelight.metric;

import static dev.limelight.metric.Asked.HEIGHT;
import static dev.limelight.metric.Asked.SIZE;
import static dev.limelight.metric.Asked.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.support.Support;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every metric keeps to. */
class MetricsTest {

  private static final Mask OBJECT = box(2, 1, 3, 3);

  private static Mask box(int x, int y, int width, int height) {
    boolean[] cells = new boolean[SIZE];
    for (int i = 0; i < SIZE; i++) {
      cells[i] =
          i % WIDTH >= x && i % WIDTH < x + width && i / WIDTH >= y && i / WIDTH < y + height;
    }
    return new Mask(WIDTH, HEIGHT, cells);
  }

  private static Heatmap constant(float value) {
    float[] values = new float[SIZE];
    Arrays.fill(values, value);
    return new Heatmap(WIDTH, HEIGHT, values, "logit");
  }

  static List<Metric> all() {
    return Metrics.all();
  }

  @Test
  void namesAreThoseOfTheTable() {
    assertThat(Metrics.all().stream().map(metric -> metric.info().name()))
        .containsExactly(
            "adcc",
            "average-drop",
            "average-gain",
            "average-increase",
            "best-iou",
            "coherency",
            "completeness",
            "complexity",
            "deletion",
            "energy-in-mask",
            "insertion",
            "iou",
            "max-box-acc",
            "max-box-acc-v2",
            "max-sensitivity",
            "model-randomisation",
            "pointing-game",
            "road",
            "sparseness");
    assertThatThrownBy(() -> Metrics.named("nope"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no metric 'nope'; there are adcc, average-drop, ");
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasACompleteInfo(Metric metric) {
    assertThat(metric.getClass().isRecord()).isTrue();
    assertThat(metric.info().summary()).matches("[A-Z].*\\.");
    assertThat(metric.info().paper()).matches(".+ \\d{4}");
    assertThat(metric.info().link()).startsWith("https://");
    assertThat(Metrics.named(metric.info().name())).isEqualTo(metric);
  }

  @ParameterizedTest
  @MethodSource("all")
  void itGivesANumberOrAReasonAndTheSameAgain(Metric metric) {
    for (long seed = 0; seed < 5; seed++) {
      Asked asked = Asked.smooth(seed);
      Trial trial = asked.trial(seed, OBJECT);
      float[] input = trial.input().clone();
      Experiment experiment = metric.of(trial);
      for (Experiment.Request request : experiment.requests()) {
        float[] changed = request.input().get();
        assertThat(changed).hasSize(input.length).isNotSameAs(trial.input());
        assertThat(request.input().get()).isEqualTo(changed);
        for (float value : changed) {
          assertThat(value).isFinite();
        }
      }
      Measurement found = asked.measure(metric, trial);
      if (metric.info().name().equals("completeness")) {
        assertThat(found.support().reason()).isEqualTo("made promises no sum");
      } else {
        assertThat(found.support()).isEqualTo(Support.yes());
        assertThat(found.value()).isFinite();
      }
      assertThat(asked.measure(metric, asked.trial(seed, OBJECT))).isEqualTo(found);
      assertThat(trial.input()).isEqualTo(input);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutAMaskItSaysThatItNeedsOneOrNeedsNone(Metric metric) {
    Asked asked = Asked.smooth(1);
    Measurement without = asked.measure(metric, asked.trial(1, null));
    if (metric.info().needsMask()) {
      assertThat(without.support().reason()).contains("give a mask");
    } else {
      assertThat(without).isEqualTo(asked.measure(metric, asked.trial(1, OBJECT)));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aMapWithoutEvidenceIsDiscarded(Metric metric) {
    Asked asked = Asked.smooth(1);
    float[] negative = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      negative[i] = -1 - i % 5;
    }
    Heatmap against = new Heatmap(WIDTH, HEIGHT, negative, "logit");
    for (Heatmap blank : List.of(constant(0), constant(3), against)) {
      Measurement found = asked.measure(metric, asked.trial(1, blank, OBJECT));
      if (metric.info().name().equals("energy-in-mask") && blank.max() > 0) {
        // What is the same everywhere has the mask's share in the mask.
        assertThat(found.value()).isCloseTo(9.0 / SIZE, within(1e-6));
      } else if (List.of("sparseness", "max-sensitivity", "model-randomisation")
          .contains(metric.info().name())) {
        // They read the raw map, and what speaks against the class is something.
        assertThat(found.measured() || blank != against).isTrue();
        assertThat(found.measured() && blank.max() == 0).isFalse();
      } else {
        assertThat(found.support().reason()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aMaskOfNothingOrEverythingIsDiscardedAndNotScored(Metric metric) {
    Asked asked = Asked.smooth(1);
    if (metric.info().needsMask()) {
      assertThat(asked.measure(metric, asked.trial(1, box(0, 0, 0, 0))).support().reason())
          .startsWith("the mask marks nothing of what the network saw");
      assertThat(asked.measure(metric, asked.trial(1, box(0, 0, WIDTH, HEIGHT))).support().reason())
          .startsWith("the mask marks everything that the network saw");
    }
  }

  /** A picture does not depend on the unit of its map. */
  @ParameterizedTest
  @MethodSource("all")
  void aMapInAnotherUnitScoresTheSame(Metric metric) {
    for (float scale : new float[] {1e-30f, 1e-10f, 1e10f, 1e30f}) {
      Asked asked = Asked.smooth(3);
      Asked other = new Asked(asked.probability(), input -> asked.map().apply(input).scaled(scale));
      Measurement found = other.measure(metric, other.trial(3, OBJECT));
      Measurement expected = asked.measure(metric, asked.trial(3, OBJECT));
      assertThat(found.support()).isEqualTo(expected.support());
      if (expected.measured()) {
        assertThat(found.value()).as("times %s", scale).isCloseTo(expected.value(), within(1e-3));
      }
    }
  }

  @Test
  void aMapThatIsTheMaskScoresFull() {
    Asked asked = Asked.smooth(2);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = OBJECT.cells()[i] ? 2 : 0;
    }
    Trial trial = asked.trial(2, new Heatmap(WIDTH, HEIGHT, values, "logit"), OBJECT);
    for (String name : List.of("energy-in-mask", "iou", "pointing-game", "max-box-acc")) {
      assertThat(asked.measure(Metrics.named(name), trial).value()).as(name).isEqualTo(1);
    }
    Trial beside = asked.trial(2, trial.explanation().map(), box(6, 4, 2, 2));
    for (String name : List.of("energy-in-mask", "iou", "max-box-acc")) {
      assertThat(asked.measure(Metrics.named(name), beside).value()).as(name).isZero();
    }
  }

  /** The class is the sum of one half of the picture. */
  @Test
  void aMapOfTheUsedPixelsScoresBetter() {
    Asked half =
        new Asked(
            input -> {
              double sum = 0;
              for (int i = 0; i < input.length; i++) {
                sum += i % WIDTH < WIDTH / 2 ? Math.abs(input[i]) : 0;
              }
              return 1 - Math.exp(-sum / 20);
            },
            input -> constant(1));
    float[] used = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      used[i] = i % WIDTH < WIDTH / 2 ? 2 : 1;
    }
    float[] unused = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      unused[i] = 3 - used[i];
    }
    Trial right = half.trial(3, new Heatmap(WIDTH, HEIGHT, used, "logit"), null);
    Trial wrong = half.trial(3, new Heatmap(WIDTH, HEIGHT, unused, "logit"), null);
    for (String name : List.of("insertion", "deletion", "average-drop", "road")) {
      Metric metric =
          name.equals("insertion") ? new Insertion(8, Imputer.ZERO) : Metrics.named(name);
      double margin = half.measure(metric, right).value() - half.measure(metric, wrong).value();
      assertThat(metric.info().higherIsBetter() ? margin : -margin).as(name).isGreaterThan(0.02);
    }
  }

  @Property(tries = 200)
  void theGiniIndexKnowsNoScaleAndNoOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int factor) {
    float[] values = Asked.normal(new Random(seed), SIZE);
    float[] other = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      other[i] = -values[SIZE - 1 - i] * factor;
    }
    double gini = gini(values);
    assertThat(gini).isBetween(0.0, 1 - 1.0 / SIZE);
    assertThat(gini(other)).isCloseTo(gini, within(1e-5));
  }

  private static double gini(float[] values) {
    Asked asked = Asked.smooth(0);
    Heatmap map = new Heatmap(WIDTH, HEIGHT, values, "logit");
    return asked.measure(new Sparseness(), asked.trial(0, map, null)).value();
  }

  @Property(tries = 200)
  void energyInsideAndOutsideAMaskSumsToOne(
      @ForAll long seed, @ForAll @Size(SIZE) boolean[] cells) {
    Heatmap map = new Heatmap(WIDTH, HEIGHT, Asked.normal(new Random(seed), SIZE), "logit");
    boolean[] rest = new boolean[SIZE];
    for (int i = 0; i < SIZE; i++) {
      rest[i] = !cells[i];
    }
    Explanation explanation = Explained.of(map, WIDTH, HEIGHT, 0.5);
    EnergyInMask energy = new EnergyInMask();
    Mask mask = new Mask(WIDTH, HEIGHT, cells);
    double inside = energy.of(explanation, mask);
    double outside = energy.of(explanation, new Mask(WIDTH, HEIGHT, rest));
    if (mask.isUniform()) {
      assertThat(inside).isNaN();
    } else {
      assertThat(inside + outside).isCloseTo(1, within(1e-6));
    }
  }
}
