package dev.limelight.model.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSizeTest {

  /** The sizes of the batches that are run until the search ends, with a time for each. */
  private static List<Integer> sizes(BatchSize size, IntToDoubleFunction perCopy) {
    List<Integer> sizes = new ArrayList<>();
    while (!size.isFound()) {
      int next = size.next();
      sizes.add(next);
      size.measured(next, Math.round(next * perCopy.applyAsDouble(next)));
    }
    return sizes;
  }

  @Test
  void itGrowsWhileTheTimePerCopyFalls() {
    BatchSize size = new BatchSize(32);
    assertThat(sizes(size, copies -> 1e6 + 4e6 / copies))
        .containsExactly(4, 4, 8, 8, 16, 16, 32, 32);
    assertThat(size.next()).isEqualTo(32);
  }

  @Test
  void itStopsWhereTheTimePerCopyRises() {
    BatchSize size = new BatchSize(256);
    assertThat(sizes(size, copies -> 1e6 + 4e6 / copies + (copies > 16 ? 1e6 : 0)))
        .containsExactly(4, 4, 8, 8, 16, 16, 32, 32);
    assertThat(size.next()).isEqualTo(16);
  }

  @Test
  void ofSizesThatAreAsFastTheSmallestIsKept() {
    BatchSize size = new BatchSize(64);
    sizes(size, copies -> 1e6);
    assertThat(size.next()).isEqualTo(4);
  }

  @Test
  void theFirstBatchOfASizeMayTakeLonger() {
    BatchSize size = new BatchSize(8);
    for (int i = 0; i < 4; i++) {
      int next = size.next();
      size.measured(next, next * (i % 2 == 0 ? 50_000_000L : 8_000_000L / next));
    }
    assertThat(size.next()).isEqualTo(8);
  }

  @Test
  void aBatchOfAnotherSizeSaysNothing() {
    BatchSize size = new BatchSize(32);
    for (int i = 0; i < 10; i++) {
      size.measured(3, 1);
    }
    assertThat(size.isFound()).isFalse();
    assertThat(size.next()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 23})
  void noBatchIsLargerThanTheMemoryAllows(int most) {
    BatchSize size = new BatchSize(most);
    assertThat(sizes(size, copies -> 1e9 / copies)).allMatch(each -> each <= most);
    assertThat(size.next()).isEqualTo(most);
  }
}
