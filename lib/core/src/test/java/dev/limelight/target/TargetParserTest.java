package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetParserTest {

  @Property(tries = 500)
  void whatATargetSaysIsReadAsTheSame(@ForAll("targets") Target target) {
    assertThat(Target.parse(target.toString())).isEqualTo(target);
    assertThat(Target.parse("  " + target + " ")).isEqualTo(target);
  }

  @Provide
  Arbitrary<Target> targets() {
    Arbitrary<Target> labels =
        Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(8),
                Arbitraries.strings().withChars("ab,()\"\\ 1-\u2028\u001f\u3000").ofMaxLength(8),
                Arbitraries.of("top", "positive", "not(a)", "output(1)", "tench, Tinca tinca"))
            .map(Target::of);
    Arbitrary<Target> words =
        Arbitraries.of(Target.top(), Target.binary(true), Target.binary(false));
    Arbitrary<Target> indices = Arbitraries.integers().between(-9, 999_999_999).map(Target::of);
    Arbitrary<Target> classes = Arbitraries.oneOf(labels, words, indices);
    Arbitrary<Target> leaves =
        Arbitraries.oneOf(
            classes,
            Arbitraries.integers().between(0, 99).map(Target::output),
            Arbitraries.integers()
                .between(0, 99)
                .array(int[].class)
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(Target::each),
            classes.map(Target::probability),
            classes.map(Target::logProbability));
    return Arbitraries.recursive(() -> leaves, this::around, 0, 3);
  }

  private Arbitrary<Target> around(Arbitrary<Target> inner) {
    return Arbitraries.oneOf(
        inner.map(Target::not),
        Combinators.combine(inner, inner).as(Target::difference),
        inner.list().ofMinSize(1).ofMaxSize(3).map(l -> Target.all(l.toArray(Target[]::new))));
  }

  @Test
  void wordsAreReadAsTheyAreMeant() {
    read("top", Target.top());
    read("3", Target.of(3));
    read("cat", Target.of("cat"));
    read("tench, Tinca tinca", Target.of("tench, Tinca tinca"));
    read("crane (bird)", Target.of("crane (bird)"));
    read("\"top\"", Target.of("top"));
    read("\"not(cat)\"", Target.of("not(cat)"));
    read("difference(cat,dog)", Target.difference("cat", "dog"));
    read(
        "difference( crane (bird) , \"tench, Tinca tinca\" )",
        Target.difference("crane (bird)", "tench, Tinca tinca"));
    read("not(probability(top))", Target.not(Target.probability(Target.top())));
    read("log-probability(2)", Target.logProbability(2));
    read("all(a, b, 3)", Target.all(Target.of("a"), Target.of("b"), Target.of(3)));
    read("each(1, 2)", Target.each(1, 2));
    read("output(0)", Target.output(0));
    read("probability(positive)", Target.probability(Target.binary(true)));
  }

  @Test
  void aLabelThatLooksLikeAKindIsTheLabelWhereItIsKnown() {
    List<String> labels = List.of("a", "not(a)", "top");
    assertThat(Target.parse("not(a)", labels)).isEqualTo(Target.of("not(a)"));
    assertThat(Target.parse("not(a)", List.of("a"))).isEqualTo(Target.not("a"));
    assertThat(Target.parse("top", labels)).isEqualTo(Target.top());
  }

  private static void read(String text, Target wanted) {
    assertThat(Target.parse(text)).as(text).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "not()",
        "not(a",
        "not(a,b)",
        "not(a))",
        "not(a) b",
        "difference(a)",
        "difference(a,b,c)",
        "diference(a,b)",
        "all()",
        "each(a)",
        "output(top)",
        "output(1,2)",
        "\"cat",
        "\"cat\" dog"
      })
  void whatCannotBeReadIsToldWithTheKindsThereAre(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("cannot read the target '" + text.strip() + "'", "difference(A,B)")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> Target.parse("probability(not(cat))"))
        .hasMessageContaining("but got not(cat)");
  }

  @Test
  void captionsSpeakOfLabels() {
    List<String> labels = List.of("cat", "dog");
    assertThat(Target.difference(0, 1).caption(labels)).isEqualTo("difference(cat, dog)");
    assertThat(Target.not(Target.probability(1)).caption(labels))
        .isEqualTo("not(probability(dog))");
    assertThat(Target.of(1).caption(List.of())).isEqualTo("class 1");
  }
}
