package dev.limelight.metric;

import static dev.limelight.metric.Asked.HEIGHT;
import static dev.limelight.metric.Asked.SIZE;
import static dev.limelight.metric.Asked.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.metric.localisation.IntersectionOverUnion;
import dev.limelight.metric.localisation.MaxBoxAcc;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics against a second, slow implementation by the papers' formulas. */
class SlowMetricsTest {

  private static float largestDifference(float[] one, float[] other) {
    assertThat(one).hasSameSizeAs(other);
    float most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs(one[i] - other[i]));
    }
    return most;
  }

  private static Mask mask(long seed) {
    Random random = new Random(seed);
    int left = random.nextInt(WIDTH - 2);
    int top = random.nextInt(HEIGHT - 2);
    boolean[] cells = new boolean[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int x = i % WIDTH - left;
      int y = i / WIDTH - top;
      cells[i] = x >= 0 && x < 3 && y >= 0 && y < 3 && random.nextInt(5) > 0;
    }
    return new Mask(WIDTH, HEIGHT, cells);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void insertionAndDeletion(long seed) {
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, null);
    float[] values = trial.heatmap().values();
    float[] zero = new float[3 * SIZE];
    float[] mean = new float[3 * SIZE];
    for (int i = 0; i < mean.length; i++) {
      for (int j = 0; j < SIZE; j++) {
        mean[i] += trial.input()[i / SIZE * SIZE + j] / SIZE;
      }
    }
    List<float[]> others =
        List.of(zero, mean, SlowMetrics.blurred(trial.input(), WIDTH, HEIGHT, 5));
    for (int steps : new int[] {1, 7, SIZE}) {
      for (Imputer imputer : Imputer.values()) {
        float[] other = others.get(imputer.ordinal());
        assertThat(asked.measure(new Deletion(steps, imputer), trial).value())
            .as("deletion in %d steps to %s", steps, imputer)
            .isCloseTo(
                SlowMetrics.area(values, trial.input(), other, steps, asked.probability()),
                within(1e-6));
        assertThat(asked.measure(new Insertion(steps, imputer), trial).value())
            .as("insertion in %d steps from %s", steps, imputer)
            .isCloseTo(
                SlowMetrics.area(values, other, trial.input(), steps, asked.probability()),
                within(1e-6));
      }
    }
  }

  @Test
  void aLargerPictureIsBlurredMore() {
    float[] input = Asked.normal(new Random(1), 3 * 300 * 310);
    assertThat(
            largestDifference(
                Imputer.BLUR.of(input, 300, 310), SlowMetrics.blurred(input, 300, 310, 7)))
        .isLessThan(1e-5f);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void imputation(long seed) {
    Random random = new Random(seed);
    float[] input = Asked.normal(random, 3 * SIZE);
    boolean[] removed = new boolean[SIZE];
    int count = 0;
    for (int i = 0; i < SIZE - 1; i++) {
      removed[i] = random.nextInt(8) < seed;
      count += removed[i] ? 1 : 0;
    }
    float[] quiet = new NoisyLinear(WIDTH, HEIGHT, removed).imputed(input, 0, random);
    assertThat(largestDifference(quiet, SlowMetrics.imputed(input, WIDTH, HEIGHT, removed)))
        .as("%d of %d pixels removed", count, SIZE)
        .isLessThan(1e-4f);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void road(long seed) {
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, null);
    float[] values = trial.heatmap().values();
    List<Double> halves = new ArrayList<>();
    for (int percent : List.of(25, 50)) {
      boolean[] most = new boolean[SIZE];
      boolean[] least = new boolean[SIZE];
      for (int i = 0; i < SIZE; i++) {
        most[i] = SlowMetrics.larger(values, i) < SIZE * percent / 100;
        least[i] = SlowMetrics.larger(values, i) >= SIZE - SIZE * percent / 100;
      }
      float[] lerf = SlowMetrics.imputed(trial.input(), WIDTH, HEIGHT, least);
      float[] morf = SlowMetrics.imputed(trial.input(), WIDTH, HEIGHT, most);
      halves.add(
          (asked.probability().applyAsDouble(lerf) - asked.probability().applyAsDouble(morf)) / 2);
    }
    Measurement found = asked.measure(new Road(List.of(25, 50), 0), trial);
    assertThat(found.value())
        .isCloseTo((halves.get(0) + halves.get(1)) / 2, within(1e-5))
        .isNotCloseTo(0, within(1e-4));
    assertThat(found.curve().get(0)).isCloseTo(halves.get(0), within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theShapeOfAMap(long seed) {
    Heatmap map = new Heatmap(WIDTH, HEIGHT, Asked.normal(new Random(seed), SIZE), "logit");
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, map, null);
    assertThat(asked.measure(new Sparseness(), trial).value())
        .isCloseTo(SlowMetrics.gini(map.values()), within(1e-6));
    double sum = 0;
    for (float value : trial.heatmap().values()) {
      sum += value;
    }
    assertThat(asked.measure(new Complexity(), trial).value()).isCloseTo(sum / SIZE, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void coherencyAndItsCombination(long seed) {
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, null);
    float[] heatmap = trial.heatmap().values();
    float[] masked = trial.input().clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] *= heatmap[i % SIZE];
    }
    Explanation after = asked.explain(masked);
    double coherency = (1 + SlowMetrics.pearson(heatmap, after.heatmap().values())) / 2;
    double drop = Math.max(0, trial.probability() - after.probability()) / trial.probability();
    double complexity = trial.heatmap().mean();
    assertThat(asked.measure(new Coherency(), trial).value()).isCloseTo(coherency, within(1e-6));
    assertThat(asked.measure(new AverageDrop(), trial).value()).isCloseTo(drop, within(1e-6));
    assertThat(asked.measure(new Adcc(), trial).value())
        .isCloseTo(3 / (1 / coherency + 1 / (1 - complexity) + 1 / (1 - drop)), within(1e-6))
        .isBetween(0.0, 1.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sensitivity(long seed) {
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, null);
    MaxSensitivity metric = new MaxSensitivity(0.1, 6);
    float[] map = trial.explanation().map().values();
    double most = 0;
    double furthest = 0;
    for (Experiment.Request request : metric.of(trial).requests()) {
      float[] input = request.input().get();
      float reach = largestDifference(input, trial.input());
      assertThat(reach).isBetween(0.08f, 0.100001f);
      furthest = Math.max(furthest, reach);
      float[] moved = asked.map().apply(input).values();
      double norm = 0;
      double change = 0;
      for (int i = 0; i < SIZE; i++) {
        norm += map[i] * map[i];
        change += (moved[i] - map[i]) * (moved[i] - map[i]);
      }
      most = Math.max(most, Math.sqrt(change / norm));
    }
    Measurement found = asked.measure(metric, trial);
    assertThat(found.value()).isCloseTo(most, within(1e-6)).isPositive();
    assertThat(found.curve()).hasSize(6).doesNotHaveDuplicates().contains(found.value());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void localisation(long seed) {
    Mask mask = mask(seed);
    float[] blob = Asked.normal(new Random(seed), SIZE);
    for (int i = 0; i < SIZE; i++) {
      blob[i] += mask.get(i % WIDTH, i / WIDTH) ? 2 : 0;
    }
    Asked asked = Asked.smooth(seed);
    Trial trial = asked.trial(seed, new Heatmap(WIDTH, HEIGHT, blob, "logit"), mask);
    float[] heatmap = trial.heatmap().values();
    float max = trial.heatmap().max();
    boolean[] object = mask.cells();

    double here = 0;
    double all = 0;
    int both = 0;
    int either = 0;
    for (int i = 0; i < SIZE; i++) {
      here += object[i] ? Math.max(0, blob[i]) : 0;
      all += Math.max(0, blob[i]);
      boolean strong = heatmap[i] >= 0.3 * max;
      both += strong && object[i] ? 1 : 0;
      either += strong || object[i] ? 1 : 0;
    }
    assertThat(asked.measure(new EnergyInMask(), trial).value())
        .isCloseTo(here / all, within(1e-6));
    assertThat(asked.measure(new IntersectionOverUnion(0.3), trial).value())
        .isEqualTo((double) both / either);

    List<Double> found = new ArrayList<>();
    for (int t = 0; t < 20; t++) {
      boolean[] strong = new boolean[SIZE];
      for (int i = 0; i < SIZE; i++) {
        strong[i] = heatmap[i] > t / 20.0 * max;
      }
      double overlap = SlowMetrics.overlap(SlowMetrics.largest(strong, WIDTH), object, WIDTH);
      found.add(overlap >= 0.5 ? 1.0 : 0.0);
    }
    assertThat(asked.measure(new MaxBoxAcc(0.5, 20), trial).curve()).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 11, 12, 20})
  void structuralSimilarity(int width) {
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      int height = width + 2;
      float[] one = new float[width * height];
      float[] other = new float[width * height];
      IntStream.range(0, one.length)
          .forEach(
              i -> {
                one[i] = random.nextFloat();
                other[i] = (one[i] + random.nextFloat()) / 2;
              });
      double found =
          Similarity.ssim(
              new Heatmap(width, height, one, ""), new Heatmap(width, height, other, ""));
      assertThat(found).isCloseTo(SlowMetrics.ssim(one, other, width, height), within(1e-9));
    }
  }
}
