package dev.limelight.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SignedRankTest {

  /** Every way to give the differences signs; zeros are left out. */
  private static double enumerated(double[] differences) {
    double[] left = Arrays.stream(differences).filter(d -> d != 0).toArray();
    double[] ranks = new double[left.length];
    for (int i = 0; i < left.length; i++) {
      double size = Math.abs(left[i]);
      double smaller = Arrays.stream(left).filter(d -> Math.abs(d) < size).count();
      double equal = Arrays.stream(left).filter(d -> Math.abs(d) == size).count();
      ranks[i] = smaller + (equal + 1) / 2;
    }
    double half = Arrays.stream(ranks).sum() / 2;
    double seen =
        IntStream.range(0, left.length).filter(i -> left[i] > 0).mapToDouble(i -> ranks[i]).sum();
    int asFar = 0;
    for (int signs = 0; signs < 1 << left.length; signs++) {
      double sum = 0;
      for (int i = 0; i < left.length; i++) {
        sum += (signs >> i & 1) * ranks[i];
      }
      asFar += Math.abs(sum - half) >= Math.abs(seen - half) ? 1 : 0;
    }
    return (double) asFar / (1 << left.length);
  }

  @Property(tries = 300)
  void equalsTheEnumerationWithTiesAndZeros(
      @ForAll @Size(max = 12) List<@IntRange(min = -4, max = 4) Integer> some) {
    double[] differences = some.stream().mapToDouble(d -> d / 4.0).toArray();
    assertThat(SignedRank.p(differences)).isCloseTo(enumerated(differences), within(1e-12));
  }

  @Test
  void tiesDoNotTakeItBeyondOne() {
    assertThat(SignedRank.p(new double[] {1, 1, -1, -1})).isEqualTo(1);
    assertThat(SignedRank.p(new double[] {1, 1, 1, -1})).isCloseTo(0.625, within(1e-12));
    assertThat(SignedRank.p(new double[] {0, 0})).isEqualTo(1);
    assertThat(SignedRank.p(new double[0])).isEqualTo(1);
  }

  /** All of one size: the binomial test, 2 sum_k C(n, k) / 2^n. */
  @Test
  void manyTiesAreStillExact() {
    double[] thirteen = DoubleStream.generate(() -> 1).limit(13).toArray();
    assertThat(SignedRank.p(thirteen)).isCloseTo(2 / 8192.0, within(1e-12));
    double[] fifteenOfTwenty = IntStream.range(0, 20).mapToDouble(i -> i < 15 ? 1 : -1).toArray();
    assertThat(SignedRank.p(fifteenOfTwenty))
        .isCloseTo(2 * (1 + 20 + 190 + 1140 + 4845 + 15504) / 1048576.0, within(1e-12));
  }

  /** All six differences have one sign: both tails together have 2 of 2^6 signs. */
  @Test
  void withoutTiesItIsThePapersTable() {
    assertThat(SignedRank.p(new double[] {1, 2, 3, 4, 5, 6})).isCloseTo(2.0 / 64, within(1e-12));
    double[] noise = new Random(5).doubles(60, -1, 1).toArray();
    assertThat(SignedRank.p(noise)).isGreaterThan(0.01);
    for (int i = 0; i < noise.length; i++) {
      noise[i] += 0.8;
    }
    assertThat(SignedRank.p(noise)).isLessThan(1e-6);
  }

  /** scipy's exact test, which takes no ties: src/test/python/make_metrics.py. */
  @Test
  void withoutTiesItIsScipys() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                SignedRankTest.class.getResourceAsStream("/metrics/peers.json"));
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      for (JsonElement stored :
          JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("signed-rank")) {
        double[] differences =
            stored.getAsJsonObject().getAsJsonArray("differences").asList().stream()
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
        assertThat(SignedRank.p(differences))
            .isCloseTo(stored.getAsJsonObject().get("p").getAsDouble(), within(1e-12));
      }
    }
  }

  /** With and without ties, one difference more than the exact form takes changes little. */
  @Test
  void theNormalFormGoesOnWhereTheExactOneStops() {
    for (int sizes : new int[] {1, 7, 100_000}) {
      Random random = new Random(sizes);
      double[] many = new double[SignedRank.EXACT + 1];
      for (int i = 0; i < many.length; i++) {
        many[i] = (1 + random.nextInt(sizes)) * (random.nextDouble() < 0.54 ? 1.0 : -1.0);
      }
      // The additional one is the smallest and weighs least.
      many[0] = Math.signum(many[0]);
      double exact = SignedRank.p(Arrays.copyOfRange(many, 1, many.length));
      assertThat(SignedRank.p(many)).isCloseTo(exact, within(0.15 * exact + 0.004));
    }
  }
}
