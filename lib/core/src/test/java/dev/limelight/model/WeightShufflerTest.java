package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WeightShufflerTest {

  @Property(tries = 200)
  void itIsAnotherOrderOfTheSameValues(
      @ForAll @Size(max = 50) long[] values,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 3) int power) {
    int width = 1 << power;
    long[] kept =
        Arrays.stream(values).map(v -> width == 8 ? v : v & (1L << 8 * width) - 1).toArray();
    ByteBuffer bytes = ByteBuffer.allocate(3 + kept.length * width);
    bytes.position(3);
    for (long value : kept) {
      put(bytes, value, width);
    }
    bytes.position(3);
    new WeightShuffler(seed).apply("weight", bytes, width);
    long[] found = new long[kept.length];
    for (int i = 0; i < found.length; i++) {
      for (int b = 0; b < width; b++) {
        found[i] = found[i] << 8 | bytes.get(3 + i * width + b) & 0xff;
      }
    }
    Arrays.sort(found);
    Arrays.sort(kept);
    assertThat(found).isEqualTo(kept);
  }

  private static void put(ByteBuffer bytes, long value, int width) {
    for (int b = width - 1; b >= 0; b--) {
      bytes.put((byte) (value >> 8 * b));
    }
  }

  /** Over many seeds each value is as often at each place, within five standard deviations. */
  @Test
  void eachOrderIsAsLikelyAsAnother() {
    int[][] counts = new int[4][4];
    int seeds = 8000;
    for (int seed = 0; seed < seeds; seed++) {
      ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, 1, 2, 3});
      new WeightShuffler(seed).apply("weight", bytes, 1);
      for (int i = 0; i < 4; i++) {
        counts[i][bytes.get(i)]++;
      }
    }
    double deviation = Math.sqrt(seeds * 0.25 * 0.75);
    for (int[] row : counts) {
      for (int count : row) {
        assertThat(Math.abs(count - seeds / 4.0)).isLessThan(5 * deviation);
      }
    }
  }

  @Test
  void eachParameterHasItsOwnOrder() {
    byte[] one = new byte[64];
    for (int i = 0; i < one.length; i++) {
      one[i] = (byte) i;
    }
    byte[] other = one.clone();
    byte[] same = one.clone();
    new WeightShuffler(1).apply("a", ByteBuffer.wrap(one), 1);
    new WeightShuffler(1).apply("b", ByteBuffer.wrap(other), 1);
    new WeightShuffler(1).apply("a", ByteBuffer.wrap(same), 1);
    assertThat(one).isNotEqualTo(other).isEqualTo(same);
  }
}
