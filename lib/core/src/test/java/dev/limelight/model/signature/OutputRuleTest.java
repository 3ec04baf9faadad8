package dev.limelight.model.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.model.signature.OutputRule.Candidate;
import dev.limelight.model.signature.OutputRule.Chosen;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutputRuleTest {

  private static final Candidate FEATURES = dense("features", 32);
  private static final Candidate LOGITS = dense("logits", 4);
  private static final Candidate MAP = of(new Port("map", "float32", List.of(-1L, 8L, 7L, 7L)));

  private static Candidate of(Port port, String... madeFrom) {
    return new Candidate(port, false, Set.of(madeFrom));
  }

  private static Candidate dense(String name, long classes, String... madeFrom) {
    return of(new Port(name, "float32", List.of(-1L, classes)), madeFrom);
  }

  private static Chosen choose(int labels, Candidate... all) {
    return OutputRule.choose(List.of(all), new NetworkChoice(null, labels, Map.of()));
  }

  private static Chosen named(String name, Candidate... all) {
    return OutputRule.choose(List.of(all), new NetworkChoice(name, 0, Map.of()));
  }

  @Test
  void aSingleOutputNeedsNoNote() {
    assertThat(choose(0, MAP)).isEqualTo(new Chosen(0, "map", null));
    assertThat(named("features", FEATURES, LOGITS)).isEqualTo(new Chosen(0, "features", null));
  }

  @Test
  void eachRuleDecidesAndSaysSo() {
    assertThat(choose(0, FEATURES, LOGITS))
        .isEqualTo(
            new Chosen(
                1,
                "logits",
                "of the outputs features (N, 32) and logits (N, 4) logits is explained, as it is"
                    + " named so; --output or optOutput takes another"));
    assertThat(choose(0, MAP, dense("b", 4)).note()).contains("b is explained, as it is the only");
    assertThat(choose(32, LOGITS, FEATURES).name()).isEqualTo("features");
    assertThat(choose(32, LOGITS, FEATURES).note()).contains("each of the 32 labels");
    assertThat(choose(2, dense("a", 7), dense("b", 1)).name()).isEqualTo("b");
    Candidate softmax = new Candidate(dense("c", 5).port(), true, Set.of());
    assertThat(choose(0, dense("b", 5), softmax).note()).contains("ends in a softmax");
    assertThat(choose(0, dense("b", 5, "a"), dense("a", 6)).note())
        .contains("b is explained, as it is computed from the others");
  }

  @Test
  void wholeNumbersAreNoLogits() {
    Candidate index = of(new Port("best", "int64", List.of(-1L, 1L)), "a");
    assertThat(choose(0, index, dense("a", 6)).name()).isEqualTo("a");
  }

  @Test
  void whereNothingDecidesAllAreListed() {
    assertThatThrownBy(() -> choose(0, dense("a", 6), dense("b", 5)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("the outputs a (N, 6) and b (N, 5), and nothing says which")
        .hasMessageContaining("--output");
    // What is computed from surer logits may be no logits.
    assertThatThrownBy(() -> choose(0, dense("a", 6), of(Port.named("b"), "a")))
        .hasMessageContaining("a (N, 6) and b, and nothing says which");
  }

  @Test
  void aWrongNameIsAnsweredByTheNearest() {
    assertThatThrownBy(() -> named("Logit\u001b", MAP, FEATURES, LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no output 'Logit?'; there are logits (N, 4), map (N, 8, 7, 7), features (N, 32)");
  }

  @Test
  void furtherDimensionsOfOneAreFlattened() {
    assertThat(new Port("a", "float32", List.of(1L, 9L, 1L, 1L)).classes()).isEqualTo(9);
    assertThat(new Port("a", "float32", List.of(1L, 9L, -1L, 1L)).classes()).isEqualTo(Port.OPEN);
    assertThat(new Port("a", "double", List.of(1L, -1L)).classes()).isEqualTo(Port.OPEN);
    assertThat(new Port("a", "float32", List.of(1L, 9L, 4L)).classes()).isEqualTo(Port.NONE);
    assertThat(new Port("a", "int64", List.of(1L, 9L)).classes()).isEqualTo(Port.NONE);
  }
}
