package dev.limelight.perturb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.SmallNetwork;
import dev.limelight.method.Evidence;
import dev.limelight.target.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RISE against the paper's formula in doubles, and what its running error promises. */
class RiseTest {

  private static final int SIDE = SmallNetwork.SIDE;
  private static final int PIXELS = SIDE * SIDE;

  static Stream<Arguments> engines() {
    return Stream.of("MXNet", "PyTorch")
        .flatMap(engine -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(engine, seed)));
  }

  /** What is asked of one small network, which is closed then. */
  private interface Look {
    void at(SmallNetwork network, NDManager scope);
  }

  private static void with(String engine, long seed, Look look) {
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      look.at(network, scope);
    }
  }

  private static Evidence evidence(SmallNetwork network, NDArray pictures, Target score) {
    return network.pass(pictures).evidence(List.of(score)).get(0);
  }

  /** A map with what was noted beside it, of one picture. */
  private record Found(float[] map, double error, double used) {

    static Found of(SmallNetwork network, NDArray picture, Target score, Rise rise) {
      Evidence evidence = evidence(network, picture, score);
      float[] map = rise.map(evidence).toFloatArray();
      return new Found(
          map, evidence.notes().get(Rise.ERROR)[0], evidence.notes().get(Rise.USED)[0]);
    }

    double distance(Found other) {
      double sum = 0;
      for (int p = 0; p < map.length; p++) {
        sum += Math.abs(map[p] - other.map[p]);
      }
      return sum / map.length;
    }
  }

  private static Rise rise(int masks, long seed) {
    return new Rise(masks, 3, 0.4, 0, null, seed);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void itIsThePapersFormula(String engine, long seed) {
    int target = (int) (seed % 3);
    // 3 cells do not divide the 8 pixels, 4 do, and 11 are more than there are.
    for (int cells : new int[] {3, 4, 11}) {
      double[] pictures = SmallNetwork.pictures(seed + 100, 2);
      with(
          engine,
          seed,
          (network, scope) -> {
            Rise rise = new Rise(70, cells, 0.4, 0, null, seed);
            Evidence evidence =
                evidence(network, SmallNetwork.array(scope, pictures), Target.of(target));
            float[] map = rise.map(evidence).toFloatArray();
            for (int i = 0; i < 2; i++) {
              double[] picture =
                  Arrays.copyOfRange(
                      pictures, i * SmallNetwork.PICTURE, (i + 1) * SmallNetwork.PICTURE);
              double[][] samples = samples(network, picture, target, rise);
              double error = 0;
              for (int p = 0; p < PIXELS; p++) {
                int pixel = p;
                double[] own = Arrays.stream(samples).mapToDouble(s -> s[pixel]).toArray();
                double mean = Arrays.stream(own).average().orElseThrow();
                double variance =
                    Arrays.stream(own).map(v -> (v - mean) * (v - mean)).sum() / (own.length - 1);
                error += Math.sqrt(variance / own.length) / PIXELS;
                assertThat((double) map[i * PIXELS + p])
                    .as("picture %d, pixel %d", i, p)
                    .isCloseTo(mean, within(2e-4));
              }
              assertThat(evidence.notes().get(Rise.ERROR)[i]).isCloseTo(error, within(2e-4));
              assertThat(evidence.notes().get(Rise.USED)[i]).isEqualTo(70);
            }
          });
    }
  }

  /** {@code y(x M_i) M_i / p} of each mask, pixel by pixel. */
  private static double[][] samples(SmallNetwork network, double[] picture, int target, Rise rise) {
    double[][] samples = new double[rise.masks()][PIXELS];
    for (int i = 0; i < samples.length; i++) {
      double[] mask = mask(rise, i);
      double[] seen = picture.clone();
      for (int v = 0; v < seen.length; v++) {
        seen[v] *= mask[v % PIXELS];
      }
      double score = network.score(seen, target);
      for (int p = 0; p < PIXELS; p++) {
        samples[i][p] = score * mask[p] / rise.kept();
      }
    }
    return samples;
  }

  /** Every cell spreads its own value: a tent as wide as two cells. */
  private static double[] mask(Rise rise, int number) {
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(rise.seed()).nextLong() + number);
    int cells = rise.cells();
    double[][] grid = new double[cells][cells];
    for (double[] row : grid) {
      for (int c = 0; c < cells; c++) {
        row[c] = random.nextDouble() < rise.kept() ? 1 : 0;
      }
    }
    int cell = (int) Math.ceil((double) SIDE / cells);
    int top = random.nextInt(cell);
    int left = random.nextInt(cell);
    double[] mask = new double[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      double y = place(p / SIDE + top, cells, cell);
      double x = place(p % SIDE + left, cells, cell);
      for (int r = 0; r < cells; r++) {
        for (int c = 0; c < cells; c++) {
          mask[p] +=
              Math.max(0, 1 - Math.abs(y - r)) * Math.max(0, 1 - Math.abs(x - c)) * grid[r][c];
        }
      }
    }
    return mask;
  }

  private static double place(int pixel, int cells, int cell) {
    double place = (pixel + 0.5) * cells / ((cells + 1) * cell) - 0.5;
    return Math.max(0, Math.min(cells - 1, place));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyPixelHasTheScoreIfAllCellsAreVisible(String engine, long seed) {
    with(
        engine,
        seed,
        (network, scope) -> {
          double[] picture = SmallNetwork.pictures(seed, 1);
          Found found =
              Found.of(
                  network,
                  SmallNetwork.array(scope, picture),
                  Target.of(0),
                  new Rise(40, 5, 1, 0, null, seed));
          assertThat(found.error).isCloseTo(0, within(1e-5));
          for (float value : found.map) {
            assertThat((double) value).isCloseTo(network.score(picture, 0), within(1e-3));
          }
        });
  }

  /** Two whatever is seen. */
  private record Constant() implements Target {

    @Override
    public NDArray score(NDArray logits) {
      return logits.sum(new int[] {1}).mul(0).add(2);
    }

    @Override
    public int[] classes(NDArray logits) {
      int[] none = new int[(int) logits.getShape().get(0)];
      Arrays.fill(none, -1);
      return none;
    }

    @Override
    public boolean linear() {
      return false;
    }

    @Override
    public Target of(int picture, NDArray logits) {
      return this;
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aScoreThatIsAlwaysTheSameGivesAnEvenMap(String engine, long seed) {
    with(
        engine,
        seed,
        (network, scope) -> {
          NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(seed, 1));
          Found found = Found.of(network, x, new Constant(), rise(2000, seed));
          float[] even = new float[PIXELS];
          Arrays.fill(even, 2);
          // The mean size of a normal value is 0.8 of its standard deviation.
          assertThat(found.distance(new Found(even, 0, 0)) / found.error).isBetween(0.2, 1.8);
          assertThat(found.error).isLessThan(0.1);
        });
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theErrorShrinksWithTheRootOfTheMasksAndCoversTheTruth(String engine, long seed) {
    with(
        engine,
        seed,
        (network, scope) -> {
          NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(seed, 1));
          Found truth = Found.of(network, x, Target.of(1), rise(4000, seed + 1));
          double before = 0;
          for (int masks : new int[] {250, 1000}) {
            Found found = Found.of(network, x, Target.of(1), rise(masks, seed));
            double expected = Math.hypot(found.error, truth.error);
            assertThat(found.distance(truth) / expected).as("%d masks", masks).isBetween(0.2, 1.8);
            if (before > 0) {
              assertThat(before / found.error).as("%d masks", masks).isBetween(1.8, 2.2);
            }
            before = found.error;
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void aDeadlineEndsItAfterAStep(String engine) {
    with(
        engine,
        5,
        (network, scope) -> {
          NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(5, 2));
          Evidence evidence = evidence(network, x, Target.of(1));
          Rise rushed = new Rise(100_000, 3, 0.4, 0, Duration.ofNanos(1), 5);
          float[] map = rushed.map(evidence).toFloatArray();
          int batch = Rise.STEP;
          assertThat(evidence.notes().get(Rise.USED)).containsExactly(batch, batch);
          // Batches of other sizes may round the last digit otherwise.
          float[] same = rise(batch, 5).map(evidence(network, x, Target.of(1))).toFloatArray();
          for (int p = 0; p < map.length; p++) {
            assertThat(map[p]).isCloseTo(same[p], within(1e-6f));
          }
          Rise patient = new Rise(100, 3, 0.4, 0, Duration.ofHours(1), 5);
          Evidence again = evidence(network, x, Target.of(1));
          patient.map(again);
          assertThat(again.notes().get(Rise.USED)).containsExactly(100, 100);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theToleranceEndsItOnceTheErrorIsBelowItsShareOfTheRange(String engine) {
    with(
        engine,
        6,
        (network, scope) -> {
          NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(6, 1));
          int most = 50_000;
          double before = 0;
          for (double tolerance : new double[] {0.2, 0.1, 0.05}) {
            Rise rise = new Rise(most, 3, 0.4, tolerance, null, 6);
            Found found = Found.of(network, x, Target.of(1), rise);
            assertThat(found.used).isGreaterThan(before).isLessThan(most);
            assertThat(found.error).isLessThanOrEqualTo(tolerance * range(found.map));
            // One step less would not have been enough.
            int less = (int) found.used - Rise.STEP;
            if (less > 1) {
              Found shorter = Found.of(network, x, Target.of(1), rise(less, 6));
              assertThat(shorter.error).isGreaterThan(tolerance * range(shorter.map));
            }
            before = found.used;
          }
        });
  }

  private static double range(float[] map) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (float value : map) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return most - least;
  }

  @Test
  void theSameSeedGivesTheSameAndAnotherGivesAnother() {
    with(
        "PyTorch",
        7,
        (network, scope) -> {
          NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(7, 1));
          float[] first = Found.of(network, x, Target.of(2), rise(50, 1)).map;
          assertThat(Found.of(network, x, Target.of(2), rise(50, 1)).map).containsExactly(first);
          assertThat(Found.of(network, x, Target.of(2), rise(50, 2)).map).isNotEqualTo(first);
        });
  }

  @Test
  void anInterruptStopsIt() {
    with(
        "MXNet",
        8,
        (network, scope) -> {
          NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(8, 1));
          Evidence evidence = evidence(network, x, Target.of(0));
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(() -> rise(1000, 0).map(evidence))
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "1, 7, 0.5, 0, PT0S",
    "100, 0, 0.5, 0, PT0S",
    "100, 7, 0, 0, PT0S",
    "100, 7, 1.1, 0, PT0S",
    "100, 7, NaN, 0, PT0S",
    "100, 7, 0.5, -0.1, PT0S",
    "100, 7, 0.5, NaN, PT0S",
    "100, 7, 0.5, Infinity, PT0S",
    "100, 7, 0.5, 0, PT-1S"
  })
  void badArgumentsAreRefused(
      int masks, int cells, double kept, double tolerance, Duration deadline) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rise(masks, cells, kept, tolerance, deadline, 0))
        .withMessageContaining(", but got ");
  }

  @Test
  void noDeadlineIsADeadlineOfZero() {
    assertThat(new Rise(1000, 7, 0.5, 0, null, 0)).isEqualTo(new Rise());
  }
}
