package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void whatIsWrongWithAPictureOrUnsupportedHereIsSaidInItsOwnWords() {
    assertThat(Failure.of(new IOException("a.png is cut off"))).isEqualTo("a.png is cut off");
    assertThat(Failure.of(new UnsupportedException("no gradients\n at native code")))
        .isEqualTo("no gradients");
  }

  @Test
  void whatMayBeAProgrammingErrorIsNamed() {
    assertThat(Failure.of(new IllegalArgumentException("an index of -1")))
        .isEqualTo("IllegalArgumentException: an index of -1");
    assertThat(Failure.of(new NullPointerException())).isEqualTo("NullPointerException");
  }
}
