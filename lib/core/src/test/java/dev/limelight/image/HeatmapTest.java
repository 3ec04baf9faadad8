package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HeatmapTest {

  private static Heatmap random(int width, int height, long seed) {
    Random random = new Random(seed);
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (4 * random.nextGaussian());
    }
    return new Heatmap(width, height, values, "logit");
  }

  /** Bilinear interpolation as the textbook has it: each new value from four old ones. */
  private static double slow(Heatmap map, int width, int height, int x, int y) {
    double px = (x + 0.5) * map.width() / width - 0.5;
    double py = (y + 0.5) * map.height() / height - 0.5;
    double sum = 0;
    for (int dy = 0; dy <= 1; dy++) {
      for (int dx = 0; dx <= 1; dx++) {
        int column = (int) Math.floor(px) + dx;
        int row = (int) Math.floor(py) + dy;
        double weight = (1 - Math.abs(px - column)) * (1 - Math.abs(py - row));
        int clampedX = Math.max(0, Math.min(map.width() - 1, column));
        int clampedY = Math.max(0, Math.min(map.height() - 1, row));
        sum += weight * map.get(clampedX, clampedY);
      }
    }
    return sum;
  }

  @Property(tries = 200)
  void resizesAsTheTextbookDoes(
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @IntRange(min = 1, max = 12) int height,
      @ForAll @IntRange(min = 1, max = 40) int newWidth,
      @ForAll @IntRange(min = 1, max = 40) int newHeight,
      @ForAll long seed) {
    Heatmap map = random(width, height, seed);
    Heatmap resized = map.resized(newWidth, newHeight);
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        assertThat((double) resized.get(x, y))
            .isCloseTo(slow(map, newWidth, newHeight, x, y), within(1e-4));
      }
    }
  }

  @Test
  void resizesToHandComputedValues() {
    Heatmap map = new Heatmap(2, 1, new float[] {0, 4}, "");
    assertThat(map.resized(4, 1).values()).containsExactly(0, 1, 3, 4);
    assertThat(map.resized(1, 1).values()).containsExactly(2);
    Heatmap square = Heatmap.of(new float[][] {{0, 4}, {8, 12}}, "");
    assertThat(square.resized(4, 4).values())
        .containsExactly(0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12);
    // Reduced without averaging over the source: the four cells around the middle alone.
    Heatmap eight = new Heatmap(8, 1, new float[] {9, 9, 9, 1, 3, 9, 9, 9}, "");
    assertThat(eight.resized(1, 1).values()).containsExactly(2);
  }

  @Test
  void normalisesToShareOfTheMaximum() {
    Heatmap map = new Heatmap(4, 1, new float[] {-3, 0, 1, 2}, "logit");
    assertThat(map.normalised().values()).containsExactly(0, 0, 0.5f, 1);
    assertThat(map.normalised().unit()).isEqualTo(Heatmap.RELATIVE);
    // The minimum goes after the negative values: 1 becomes 0.
    Heatmap above = new Heatmap(3, 1, new float[] {1, 2, 3}, "logit");
    assertThat(above.normalised().values()).containsExactly(0, 0.5f, 1);
  }

  @Test
  void constantAndNegativeMapsBecomeZero() {
    float[] five = {5, 5, 5, Math.nextUp(5f)};
    float[] negative = {-1, -2, -3, -0.5f};
    for (float[] values : List.of(five, negative, new float[4])) {
      Heatmap map = new Heatmap(2, 2, values, "logit");
      assertThat(map.normalised().values()).containsOnly(0);
      assertThat(map.processed(7, 5).values()).hasSize(35).containsOnly(0);
    }
  }

  @Property(tries = 100)
  void processedRunsFromZeroToOne(@ForAll long seed) {
    Heatmap processed = random(5, 4, seed).processed(40, 32);
    assertThat(processed.min()).isZero();
    assertThat(processed.max()).isCloseTo(1, within(1e-6f));
  }

  @Test
  void severalLayersAreAveragedAfterTheirOwnScaling() {
    Heatmap weak = new Heatmap(2, 1, new float[] {0, 0.001f}, "logit");
    Heatmap strong = new Heatmap(2, 1, new float[] {500, 0}, "logit");
    Heatmap third = new Heatmap(2, 1, new float[] {0, 7}, "logit");
    float[] both = Heatmap.processed(List.of(weak, strong, third), 2, 1).values();
    // means 1/3 and 2/3, then to [0, 1]
    assertThat(both[0]).isZero();
    assertThat(both[1]).isCloseTo(1, within(1e-5f));
    assertThatThrownBy(() -> Heatmap.processed(List.of(), 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
  }

  /** A picture does not depend on the unit of its map. */
  @Property(tries = 50)
  void theUnitMakesNoDifference(
      @ForAll long seed, @ForAll @IntRange(min = -30, max = 30) int exponent) {
    Heatmap map = random(5, 4, seed);
    Heatmap other = map.scaled((float) Math.pow(10, exponent));
    assertThat(other.processed(20, 16).maxDifference(map.processed(20, 16))).isLessThan(1e-5);
    assertThat(other.symmetric().maxDifference(map.symmetric())).isLessThan(1e-5);
    Heatmap strong = random(5, 4, seed + 1);
    assertThat(
            Heatmap.processed(List.of(strong, other), 20, 16)
                .maxDifference(Heatmap.processed(List.of(strong, map), 20, 16)))
        .isLessThan(1e-5);
  }

  @Test
  void allEqualMaximaAreFound() {
    Heatmap map = Heatmap.of(new float[][] {{-2, 1, 3}, {3, 3, -5}}, "logit");
    assertThat(map.peaks())
        .containsExactly(new Heatmap.Point(2, 0), new Heatmap.Point(0, 1), new Heatmap.Point(1, 1));
  }

  @Test
  void knowsItsNumbers() {
    Heatmap map = Heatmap.of(new float[][] {{-2, 1, 0}, {3, 3, -5}}, "logit");
    assertThat(map.max()).isEqualTo(3);
    assertThat(map.min()).isEqualTo(-5);
    assertThat(map.mean()).isCloseTo(0, within(1e-9));
    assertThat(map.peak()).isEqualTo(new Heatmap.Point(0, 1));
    assertThat(map.isBlank()).isFalse();
    assertThat(map.positive().values()).containsExactly(0, 1, 0, 3, 3, 0);
    assertThat(map.symmetric().values()).containsExactly(-0.4f, 0.2f, 0, 0.6f, 0.6f, -1);
    assertThat(map.scaled(2).get(2, 1)).isEqualTo(-10);
    assertThat(map).hasToString("Heatmap 3 x 2 from -5.0 to 3.0 logit");
    assertThat(new Heatmap(1, 1, new float[] {0}, "").isBlank()).isTrue();
    assertThat(new Heatmap(1, 1, new float[] {0}, "").symmetric().values()).containsExactly(0);
  }

  @Test
  void keepsItsInsidesToItself() {
    float[] given = {1, 2};
    Heatmap map = new Heatmap(2, 1, given, "logit");
    given[0] = 9;
    map.values()[1] = 9;
    assertThat(map.values()).containsExactly(1, 2);
    assertThat(map)
        .isEqualTo(new Heatmap(2, 1, new float[] {1, 2}, "logit"))
        .hasSameHashCodeAs(new Heatmap(2, 1, new float[] {1, 2}, "logit"))
        .isNotEqualTo(new Heatmap(1, 2, new float[] {1, 2}, "logit"))
        .isNotEqualTo(map.withUnit("probability"));
  }

  @Test
  void refusesWhatIsNoMap() {
    assertThatThrownBy(() -> new Heatmap(3, 2, new float[5], "logit"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 x 2 needs 6 values")
        .hasMessageContaining("but got 5");
    assertThatThrownBy(() -> new Heatmap(2, 2, new float[] {0, 0, 0, Float.NaN}, "logit"))
        .hasMessageContaining("column 1 of row 1 is NaN")
        .hasMessageContaining("weights");
    assertThatThrownBy(() -> new Heatmap(1, 1, new float[] {Float.NEGATIVE_INFINITY}, ""))
        .hasMessageContaining("-Infinity");
    assertThatThrownBy(() -> new Heatmap(0, 1, new float[0], "")).hasMessageContaining("0 x 1");
    assertThatThrownBy(() -> Heatmap.of(new float[][] {{1, 2}, {3}}, ""))
        .hasMessageContaining("row 1 has 1 values");
    Heatmap map = new Heatmap(1, 1, new float[1], "");
    assertThatThrownBy(() -> map.resized(0, 3)).hasMessageContaining("0 x 3");
    assertThatThrownBy(() -> map.get(1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void saysNumbersShortly() {
    assertThat(Heatmap.number(0)).isEqualTo("0");
    assertThat(Heatmap.number(-0.3)).isEqualTo("-0.30");
    assertThat(Heatmap.number(12.34)).isEqualTo("12.3");
    assertThat(Heatmap.number(1234.5)).isIn("1234", "1235");
    assertThat(Heatmap.number(0.00001)).isEqualTo("1.0e-05");
  }

  @Test
  void mapsAreComparedWhereTheyDifferMost() {
    Heatmap map = Heatmap.of(new float[][] {{1, -2}, {3, 4}}, "logit");
    assertThat(map.maxDifference(map)).isZero();
    assertThat(map.maxDifference(Heatmap.of(new float[][] {{1, 2}, {2, 4}}, ""))).isEqualTo(4);
    assertThatThrownBy(() -> map.maxDifference(Heatmap.of(new float[][] {{1, 2}}, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 x 2 and of 2 x 1");
  }
}
