package dev.limelight.metric;

import static dev.limelight.metric.Asked.HEIGHT;
import static dev.limelight.metric.Asked.SIZE;
import static dev.limelight.metric.Asked.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.cam.Cam;
import dev.limelight.cam.GradCam;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.method.Method;
import dev.limelight.metric.ModelRandomisation.Measure;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.metric.localisation.IntersectionOverUnion;
import dev.limelight.metric.localisation.MaxBoxAcc;
import dev.limelight.metric.localisation.PointingGame;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that can be found on paper. */
class KnownValuesTest {

  /** A picture of 2 x 2 whose red channel is 4, 3, 2, 1. */
  private static final float[] INPUT = {4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0};

  /** The share that is left of the red that the picture had, which is 10. */
  private static double red(float[] input) {
    return (input[0] + input[1] + input[2] + input[3]) / 10;
  }

  private static Trial small(Heatmap map, double probability, Mask mask) {
    return new Trial(Explained.of(map, 2, 2, probability), INPUT, 2, 2, mask, 7);
  }

  private static Heatmap heatmap(float... values) {
    return new Heatmap(2, 2, values, "logit");
  }

  private static Measurement measure(Metric metric, Trial trial) {
    Asked asked = new Asked(KnownValuesTest::red, input -> heatmap(input[0], 0, 0, 0));
    return asked.measure(metric, trial);
  }

  @Test
  void theCurvesOfInsertionAndDeletion() {
    Trial right = small(heatmap(8, 6, 4, 1), 0.9999999, null);
    Measurement deletion = measure(new Deletion(4, Imputer.ZERO), right);
    // 4, then 3, 2 and 1 of 10 go: (1 / 2 + 0.6 + 0.3 + 0.1 + 0) / 4
    List<Double> falling = List.of(1.0, 0.6, 0.3, 0.1, 0.0);
    for (int i = 0; i < 5; i++) {
      assertThat(deletion.curve().get(i)).isCloseTo(falling.get(i), within(1e-6));
    }
    assertThat(deletion.value()).isCloseTo(0.375, within(1e-6));
    assertThat(measure(new Insertion(4, Imputer.ZERO), right).value())
        .isCloseTo((0.4 + 0.7 + 0.9 + 0.5) / 4, within(1e-6));
    Trial wrong = small(heatmap(1, 4, 6, 8), 0.9999999, null);
    assertThat(measure(new Deletion(4, Imputer.ZERO), wrong).value())
        .isCloseTo((0.5 + 0.9 + 0.7 + 0.4) / 4, within(1e-6));
    // The mean of the red is 2.5, so that the sum of a whole picture of it is the same.
    assertThat(measure(new Deletion(2, Imputer.MEAN), right).value())
        .isCloseTo((0.5 + 0.8 + 0.5) / 2, within(1e-6));
  }

  /** scipy's gaussian_filter of a point of 11 x 11, deviation 5, as RISE's authors have it. */
  @Test
  void aBlurredPointIsPetsiuksKernel() {
    float[] point = new float[3 * 21 * 21];
    point[10 * 21 + 10] = 1;
    float[] blurred = Imputer.BLUR.of(point, 21, 21);
    assertThat(blurred[10 * 21 + 10]).isCloseTo(0.00883f, within(5e-6f));
    assertThat(blurred[5 * 21 + 5]).isCloseTo(0.00774f, within(5e-6f));
    assertThat(blurred[4 * 21 + 10]).isZero();
    double sum = 0;
    for (float value : blurred) {
      sum += value;
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
  }

  @Test
  void dropIncreaseAndGain() {
    // The heatmap is 1, 2/3, 1/3, 0, and of the red 4 + 2 + 2/3 is left.
    double left = 20 / 3.0 / 10;
    Heatmap map = heatmap(4, 3, 2, 1);
    assertThat(measure(new AverageDrop(), small(map, 0.8, null)).value())
        .isCloseTo((0.8 - left) / 0.8, within(1e-6));
    assertThat(measure(new AverageIncrease(), small(map, 0.8, null)).value()).isZero();
    assertThat(measure(new AverageGain(), small(map, 0.8, null)).value()).isZero();
    assertThat(measure(new AverageDrop(), small(map, 0.5, null)).value()).isZero();
    assertThat(measure(new AverageIncrease(), small(map, 0.5, null)).value()).isEqualTo(1);
    assertThat(measure(new AverageGain(), small(map, 0.5, null)).value())
        .isCloseTo((left - 0.5) / 0.5, within(1e-6));
  }

  @Test
  void aPixelBetweenTwoIsTheirWeightedMean() {
    float[] row = {6, 0, 12, 6, 0, 12, 6, 0, 12};
    float[] filled =
        new NoisyLinear(3, 1, new boolean[] {false, true, false}).imputed(row, 0, new Random(1));
    assertThat(filled).containsExactly(6, 9, 12, 6, 9, 12, 6, 9, 12);
    // Its neighbours at the corners count half: (2 * 8 + 2 * 4 + 0) / (2 + 2 + 1)
    float[] corner = {0, 8, 4, 0};
    filled =
        new NoisyLinear(2, 2, new boolean[] {true, false, false, false})
            .imputed(corner, 0, new Random(1));
    assertThat(filled[0]).isCloseTo(24 / 5f, within(1e-5f));
    assertThat(filled[1]).isEqualTo(8);
    assertThatThrownBy(() -> new NoisyLinear(1, 1, new boolean[] {true}))
        .hasMessageContaining("without pixels");
  }

  @Test
  void imputedPixelsGetNoiseOfItsDeviation() {
    boolean[] removed = new boolean[100 * 100];
    for (int i = 0; i < removed.length; i++) {
      removed[i] = i % 3 > 0;
    }
    float[] noisy =
        new NoisyLinear(100, 100, removed).imputed(new float[30000], 0.01, new Random(4));
    double squares = 0;
    int count = 0;
    for (int i = 0; i < noisy.length; i++) {
      squares += noisy[i] * noisy[i];
      count += removed[i % removed.length] ? 1 : 0;
      assertThat(noisy[i] == 0).isEqualTo(!removed[i % removed.length]);
    }
    assertThat(Math.sqrt(squares / count)).isCloseTo(0.01, within(2e-4));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 0", "0, 0, 5, 0, 0.75", "0, -1, 0, 1, 0.5", "-4, 3, 2, 1, 0.25"})
  void giniOfFourValues(float a, float b, float c, float d, double gini) {
    assertThat(measure(new Sparseness(), small(heatmap(a, b, c, d), 0.5, null)).value())
        .isCloseTo(gini, within(1e-9));
  }

  @Test
  void localisationOfFourCells() {
    Mask left = new Mask(2, 2, new boolean[] {true, false, true, false});
    Trial trial = small(heatmap(6, 3, 0, -9), 0.5, left);
    assertThat(measure(new EnergyInMask(), trial).value()).isCloseTo(6 / 9.0, within(1e-6));
    assertThat(measure(new PointingGame(0), trial).value()).isEqualTo(1);
    // Strong are the upper two, of which one is in the mask: 1 of 3.
    assertThat(measure(new IntersectionOverUnion(), trial).value()).isEqualTo(1 / 3.0);
    assertThat(measure(new IntersectionOverUnion(0.7), trial).value()).isEqualTo(0.5);
    // From 0.6 on the box is the upper left cell, half of the object; below it is the upper row.
    Measurement found = measure(new MaxBoxAcc(0.5, 5), trial);
    assertThat(found.curve()).containsExactly(0.0, 0.0, 0.0, 1.0, 1.0);
    assertThat(found.value()).isEqualTo(1);
    assertThat(measure(new MaxBoxAcc(0.51, 5), trial).value()).isZero();
  }

  @Test
  void theBestThresholdIsOneForAllPictures() {
    Measurement low = Measurement.of(1, List.of(1.0, 0.0));
    Measurement high = Measurement.of(1, List.of(0.0, 1.0));
    Measurement none = Measurement.discarded("blank");
    assertThat(MaxBoxAcc.of(List.of(low, high, none))).isEqualTo(0.5);
    assertThat(MaxBoxAcc.of(List.of(low, high, high, none))).isEqualTo(2 / 3.0);
    assertThatThrownBy(() -> MaxBoxAcc.of(List.of(none))).hasMessageContaining("but got none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SPEARMAN", "SSIM"})
  void aMapThatDoesNotChangeIsTheSame(Measure measure) {
    Asked asked = Asked.smooth(3);
    Trial trial = asked.trial(5, null);
    assertThat(asked.measure(new ModelRandomisation(measure), trial).value())
        .isCloseTo(1, within(1e-9));
    Asked other = Asked.smooth(8);
    assertThat(other.measure(new ModelRandomisation(measure), trial).value()).isLessThan(0.99);
  }

  @Test
  void spearmanKnowsNoScaleAndSsimKnowsOne() {
    Heatmap map = heatmap(1, 2, 3, 4);
    assertThat(Similarity.spearman(map, heatmap(1, 8, 27, 64))).isCloseTo(1, within(1e-12));
    assertThat(Similarity.spearman(map, heatmap(4, 3, 2, 1))).isCloseTo(-1, within(1e-12));
    // Of one cell: c1 and c2 alone tell 0 and 1 apart.
    Heatmap black = new Heatmap(1, 1, new float[] {0}, "");
    Heatmap white = new Heatmap(1, 1, new float[] {1}, "");
    assertThat(Similarity.ssim(black, white)).isCloseTo(1e-4 / 1.0001, within(1e-12));
    assertThat(Similarity.ssim(white, white)).isCloseTo(1, within(1e-12));
  }

  @Test
  void completenessIsForThoseThatPromiseIt() {
    Heatmap map = heatmap(1, 2, 3, 4);
    Completeness metric = new Completeness();
    Map<String, Double> gap = Map.of("completeness gap", -0.25);
    assertThat(measure(metric, complete(new IntegratedGradients(), Target.of(0), gap)).value())
        .isEqualTo(0.25);
    assertThat(
            measure(
                    metric,
                    complete(new FlipsAndScales(new IntegratedGradients()), Target.of(0), gap))
                .support()
                .reason())
        .contains("integrated-gradients-aug-smooth promises no sum");
    assertThat(measure(metric, complete(new GradCam(), Target.of(0), Map.of())).support().reason())
        .contains("grad-cam promises no sum");
    assertThat(
            measure(metric, complete(new Cam(), Target.difference(0, 1), Map.of()))
                .support()
                .reason())
        .contains("difference(0,1)");
    assertThat(map.mean()).isEqualTo(2.5);
  }

  private static Trial complete(Method method, Target target, Map<String, Double> notes) {
    Explanation explanation = Explained.of(heatmap(1, 2, 3, 4), 2, 2, 0.6, method, target, notes);
    return new Trial(explanation, INPUT, 2, 2, null, 1);
  }

  /** The logit is the mean of the map and a bias of 0.5, or is not. */
  @ParameterizedTest
  @CsvSource({"0.5, 0", "2, 1.25"})
  void theGapOfCamIsFoundWithoutTheBias(double other, double gap) {
    Heatmap map = heatmap(1, 2, 3, 4);
    Explanation whole =
        Explained.of(map, 2, 2, sigmoid(2.5 + 0.5), new Cam(), Target.of("a (b)"), Map.of());
    Trial trial = new Trial(whole, INPUT, 2, 2, null, 1);
    Experiment experiment = new Completeness().of(trial);
    assertThat(experiment.requests()).hasSize(1);
    assertThat(experiment.requests().get(0).input().get()).containsOnly(0);
    Heatmap black = heatmap(1, 0, 0, 0);
    double bias = other == 0.5 ? 0.5 : 0.5 + gap;
    Explanation zero =
        Explained.of(black, 2, 2, sigmoid(0.25 + bias), new Cam(), Target.of("a (b)"), Map.of());
    assertThat(experiment.result().apply(List.of(new Experiment.Answer(0.5, zero))).value())
        .isCloseTo(gap, within(1e-6));
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theOtherWayAroundInsertionIsDeletionAndRoadIsItsNegative(long seed) {
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, null);
    Heatmap map = trial.explanation().map();
    float[] turned = map.values();
    for (int i = 0; i < SIZE; i++) {
      turned[i] = 1 + map.max() - turned[i];
    }
    Trial other = asked.trial(seed, new Heatmap(WIDTH, HEIGHT, turned, "logit"), null);
    assertThat(asked.measure(new Insertion(12, Imputer.ZERO), trial).value())
        .isCloseTo(asked.measure(new Deletion(12, Imputer.ZERO), other).value(), within(1e-6));
    Road quiet = new Road(List.of(25, 50, 75), 0);
    assertThat(asked.measure(quiet, trial).value())
        .isCloseTo(-asked.measure(quiet, other).value(), within(1e-6));
  }

  @Test
  void theSeedAndNotTheRowOrdersEqualLocations() {
    float[] peak = new float[SIZE];
    peak[20] = 1;
    Asked asked = Asked.smooth(1);
    Heatmap map = new Heatmap(WIDTH, HEIGHT, peak, "logit");
    PixelRanking first = PixelRanking.of(asked.trial(1, map, null));
    boolean[] most = first.most(SIZE / 2);
    assertThat(most[20]).isTrue();
    int upper = 0;
    for (int i = 0; i < SIZE / 2; i++) {
      upper += most[i] ? 1 : 0;
    }
    assertThat(upper).isBetween(SIZE / 8, 3 * SIZE / 8);
    assertThat(PixelRanking.of(asked.trial(1, map, null)).most(9)).isEqualTo(first.most(9));
    assertThat(PixelRanking.of(asked.trial(2, map, null)).most(9)).isNotEqualTo(first.most(9));
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> new Deletion(0, Imputer.ZERO)).hasMessageContaining("but got 0");
    assertThatThrownBy(() -> new Insertion(-1, Imputer.ZERO)).hasMessageContaining("but got -1");
    assertThatThrownBy(() -> new Road(List.of(), 0)).hasMessageContaining("but got []");
    assertThatThrownBy(() -> new Road(List.of(50, 100), 0))
        .hasMessageContaining("but got [50, 100]");
    assertThatThrownBy(() -> new Road(List.of(50), -1)).hasMessageContaining("but got -1.0");
    assertThatThrownBy(() -> new PointingGame(-1)).hasMessageContaining("but got -1.0");
    assertThatThrownBy(() -> new IntersectionOverUnion(0)).hasMessageContaining("but got 0.0");
    assertThatThrownBy(() -> new MaxBoxAcc(0, 5)).hasMessageContaining("but got 0.0");
    assertThatThrownBy(() -> new MaxBoxAcc(0.5, 0)).hasMessageContaining("but got 0");
    assertThatThrownBy(() -> new MaxSensitivity(0, 5)).hasMessageContaining("but got 0.0");
    assertThatThrownBy(() -> new MaxSensitivity(1, 0)).hasMessageContaining("but got 0");
    assertThatThrownBy(() -> Measurement.area(List.of(1.0))).hasMessageContaining("but got 1");
  }
}
