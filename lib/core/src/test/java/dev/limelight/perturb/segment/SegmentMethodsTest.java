package dev.limelight.perturb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.SmallNetwork;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.segment.SegmentValue;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of segments of a small network against its scores by hand. */
class SegmentMethodsTest {

  private static final int SIDE = SmallNetwork.SIDE;
  private static final int PIXELS = SIDE * SIDE;

  /** The values of one picture's segments by their numbers, and what was noted. */
  private record Found(
      double[] values, double[] errors, float[] map, Map<String, double[]> notes) {}

  private static Found found(SmallNetwork network, double[] pictures, Method method, int target) {
    try (NDManager scope = network.manager().newSubManager()) {
      NDArray array = SmallNetwork.array(scope, pictures);
      Evidence evidence = network.pass(array).evidence(List.of(Target.of(target))).get(0);
      float[] map = method.map(evidence).toFloatArray();
      List<SegmentValue> sorted =
          evidence.segments(0).stream()
              .sorted(Comparator.comparingInt(SegmentValue::number))
              .toList();
      return new Found(
          sorted.stream().mapToDouble(SegmentValue::value).toArray(),
          sorted.stream().mapToDouble(SegmentValue::error).toArray(),
          map,
          evidence.notes());
    }
  }

  /** The picture with some of the cells of a grid replaced by the number halfway of its range. */
  private static double[] covered(double[] picture, int cells, int seen) {
    double least = Arrays.stream(picture).min().orElseThrow();
    double most = Arrays.stream(picture).max().orElseThrow();
    double[] result = picture.clone();
    for (int i = 0; i < result.length; i++) {
      int x = i % SIDE;
      int y = i % PIXELS / SIDE;
      if ((seen >> (y * cells / SIDE * cells + x * cells / SIDE) & 1) == 0) {
        result[i] = least + (most - least) / 2;
      }
    }
    return result;
  }

  /** Shapley values by their definition: over all sets without the segment. */
  private static double[] shapley(int n, double[] scores) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      for (int set = 0; set < 1 << n; set++) {
        if ((set >> i & 1) == 0) {
          int size = Integer.bitCount(set);
          double weight = factorial(size) * factorial(n - size - 1) / factorial(n);
          values[i] += weight * (scores[set | 1 << i] - scores[set]);
        }
      }
    }
    return values;
  }

  private static double factorial(int n) {
    double product = 1;
    for (int i = 2; i <= n; i++) {
      product *= i;
    }
    return product;
  }

  private static double[] scores(SmallNetwork network, double[] picture, int cells, int target) {
    double[] scores = new double[1 << cells * cells];
    for (int set = 0; set < scores.length; set++) {
      scores[set] = network.score(covered(picture, cells, set), target);
    }
    return scores;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void kernelShapIsExactWhereItLooksAtAllSets(String engine) {
    try (SmallNetwork network = new SmallNetwork(engine, 1, false)) {
      double[] picture = SmallNetwork.pictures(2, 1);
      double[] scores = scores(network, picture, 3, 1);
      Found found = found(network, picture, new KernelShap("grid:3", 600, "grey", 0), 1);
      double[] expected = shapley(9, scores);
      for (int i = 0; i < 9; i++) {
        assertThat(found.values[i]).isCloseTo(expected[i], within(1e-3));
        assertThat(found.errors[i]).isZero();
      }
      assertThat(Arrays.stream(found.values).sum())
          .isCloseTo(scores[511] - scores[0], within(1e-3));
      assertThat(found.notes.get("score without any segment")[0])
          .isCloseTo(scores[0], within(1e-3));
      assertThat(found.notes.get("additivity gap")[0]).isCloseTo(0, within(1e-9));
      // Each pixel has the value of its segment.
      assertThat(found.map[0]).isEqualTo((float) found.values[0]);
      assertThat(found.map[PIXELS - 1]).isEqualTo((float) found.values[8]);
    }
  }

  @Test
  void kernelShapOfEightSegmentsIsExact() {
    double[] scores = new double[256];
    Random random = new Random(3);
    Arrays.setAll(scores, i -> random.nextGaussian());
    Game game =
        sets ->
            sets.stream()
                .mapToDouble(set -> scores[(int) (set.isEmpty() ? 0 : set.toLongArray()[0])])
                .toArray();
    Estimate found = ShapleyRegression.of(game, 8, scores[0], scores[255], 254, 0);
    assertThat(found.values()).containsExactly(shapley(8, scores), within(1e-9));
    assertThat(found.notes()).containsEntry("coalitions", 254.0);
  }

  @Test
  void sampledValuesAreWithinTheirErrorsAndAddUp() {
    int n = 12;
    double[] scores = new double[1 << n];
    for (int set = 0; set < scores.length; set++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (set >> i & 1) * Math.sin(i + 1);
      }
      scores[set] = 3 * Math.tanh(sum) + sum * sum / 5;
    }
    Game game =
        sets ->
            sets.stream()
                .mapToDouble(set -> scores[(int) (set.isEmpty() ? 0 : set.toLongArray()[0])])
                .toArray();
    double[] expected = shapley(n, scores);
    double squares = 0;
    int runs = 40;
    for (int seed = 0; seed < runs; seed++) {
      Estimate found = ShapleyRegression.of(game, n, scores[0], scores[4095], 300, seed);
      assertThat(found.sum()).isCloseTo(scores[4095] - scores[0], within(1e-9));
      assertThat(found.notes()).containsEntry("coalitions", 300.0);
      for (int i = 0; i < n; i++) {
        assertThat(found.errors()[i]).isGreaterThan(0);
        double z = (found.values()[i] - expected[i]) / found.errors()[i];
        squares += z * z / (n * runs);
      }
    }
    // The errors are those of the estimates: their ratio scatters around 1.
    assertThat(Math.sqrt(squares)).isBetween(0.75, 1.3);
    assertThat(ShapleyRegression.of(game, n, scores[0], scores[4095], 300, 1).values())
        .isEqualTo(ShapleyRegression.of(game, n, scores[0], scores[4095], 300, 1).values());
  }

  @Test
  void owenValuesOfALinearGameAreItsWeights() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 4, true)) {
      double[] picture = SmallNetwork.pictures(5, 1);
      double[] scores = scores(network, picture, 2, 0);
      double[] expected = shapley(4, scores);
      Found owen = found(network, picture, new PartitionShap("grid:2", 100, "grey"), 0);
      Found kernel = found(network, picture, new KernelShap("grid:2", 100, "grey", 0), 0);
      for (int i = 0; i < 4; i++) {
        assertThat(owen.values[i]).isCloseTo(expected[i], within(1e-3));
        assertThat(kernel.values[i]).isCloseTo(expected[i], within(1e-3));
      }
    }
  }

  @Test
  void limeOfALinearScoreComesCloseToItsWeights() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 4, true)) {
      double[] picture = SmallNetwork.pictures(5, 1);
      double[] expected = shapley(4, scores(network, picture, 2, 0));
      Found lime = found(network, picture, new Lime("grid:2", 400, "grey", 0.25, 1e-6, 7), 0);
      for (int i = 0; i < 4; i++) {
        assertThat(lime.values[i]).isCloseTo(expected[i], within(1e-2));
      }
    }
  }

  @Test
  void aBatchIsAsItsPicturesAreAlone() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 6, false)) {
      double[] both = SmallNetwork.pictures(7, 2);
      double[] second = Arrays.copyOfRange(both, both.length / 2, both.length);
      for (Method method :
          List.of(
              new KernelShap("slic:6", 40, "blur", 1),
              new Lime("slic:6", 40, "mean", 0.25, 1, 1),
              new PartitionShap("grid:4", 40, "blur"),
              new Xrai("felzenszwalb", 6))) {
        float[] together = found(network, both, method, 2).map;
        float[] alone = found(network, second, method, 2).map;
        assertThat(Arrays.copyOfRange(together, PIXELS, 2 * PIXELS))
            .as(method.info().name())
            .containsExactly(alone, within(1e-4f));
      }
    }
  }

  @Test
  void xraiIsTheMeanOfIntegratedGradientsInItsRegions() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 8, true)) {
      double[] picture = SmallNetwork.pictures(9, 1);
      Found found = found(network, picture, new Xrai("grid:2", 4), 1);
      double[] gradient = network.gradient(picture, 1);
      double least = Arrays.stream(picture).min().orElseThrow();
      double most = Arrays.stream(picture).max().orElseThrow();
      double[] means = new double[4];
      for (int p = 0; p < PIXELS; p++) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < 3; c++) {
          // The gradient of a linear score is the same on the whole way.
          double shift = picture[c * PIXELS + p] - (least + most) / 2;
          largest = Math.max(largest, gradient[c * PIXELS + p] * shift);
        }
        means[p / SIDE / 4 * 2 + p % SIDE / 4] += largest / (PIXELS / 4.0);
      }
      for (int p = 0; p < PIXELS; p++) {
        double expected = means[p / SIDE / 4 * 2 + p % SIDE / 4];
        assertThat((double) found.map[p]).isCloseTo(expected, within(1e-3));
      }
      assertThat(found.values).isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  @Test
  void tooFewSamplesAreRefusedBeforeAnyIsTaken() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 6, false)) {
      double[] picture = SmallNetwork.pictures(7, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> found(network, picture, new KernelShap("grid:8", 100, "grey", 0), 0))
          .withMessageContaining("100 samples for 64 segments; give at least 128");
    }
  }

  @Test
  void argumentsAreTexts() {
    assertThat(Methods.named("kernel-shap(segments=grid:8, samples=200, baseline=mean)"))
        .isEqualTo(new KernelShap("grid:8", 200, "mean", 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("lime(baseline=purple)"))
        .withMessageContaining("lime has no baseline 'purple'; there are blur, mean, grey");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("partition-shap(segments=cells:4)"))
        .withMessageContaining("slic:50");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PartitionShap("grid:4", 9, "blur"))
        .withMessageContaining("even number");
  }
}
