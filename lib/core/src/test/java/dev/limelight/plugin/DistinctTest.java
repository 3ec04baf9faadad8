package dev.limelight.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.cam.CenterBlob;
import dev.limelight.method.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctTest {

  @Test
  void whatIsGivenTwiceCountsOnceAndIsReported() {
    Distinct<String> names = Distinct.names(List.of("b", "a", "b", "c", "b"), "method");
    assertThat(names.values()).containsExactly("b", "a", "c");
    assertThat(names.repetitions())
        .containsExactly("the method b is given 3 times and counts once");
    assertThat(Distinct.names(List.of(), "method").values()).isEmpty();
  }

  @Test
  void twoThatDifferCannotShareAName() {
    List<Method> two = List.of(new CenterBlob(0.25), new CenterBlob(0.5));
    assertThatThrownBy(() -> Distinct.of(two, "method", (Method one) -> one.info().name()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have the name 'center-blob'");
  }
}
