package dev.limelight.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {

  @Test
  void namesInMessagesAreShortAndHarmless() {
    assertThat(Names.quoted("layer1.conv-2/Relu:0 ß")).isEqualTo("'layer1.conv-2/Relu:0 ß'");
    assertThat(Names.printable("a\n\r\tb\u001b[31m\u009b\u2028\u202e\ud800"))
        .isEqualTo("a???b?[31m????");
    assertThat(Names.printable("x".repeat(10_000))).isEqualTo("x".repeat(120) + "...");
    assertThat(Names.onOneLine("x".repeat(500) + "\n")).isEqualTo("x".repeat(500) + "?");
  }

  @Test
  void candidatesAreSortedByTheirDistance() {
    assertThat(Names.nearestFirst("Logit", List.of("features", "output", "logits")))
        .containsExactly("logits", "output", "features");
    assertThat(Names.nearestFirst("a", List.of())).isEmpty();
  }
}
