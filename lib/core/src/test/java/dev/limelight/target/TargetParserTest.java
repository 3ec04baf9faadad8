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
  void theTextOfATargetIsParsedToAnEqualTarget(@ForAll("targets") Target target) {
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
  void aTargetOfMillionsOfLettersIsRefused() {
    String text = "all(" + "1,".repeat(1 << 20) + "1)";
    assertThatThrownBy(() -> Target.parse(text, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 1048576 letters");
  }

  @ParameterizedTest
  @ValueSource(ints = {51, 3_000, 100_000})
  void parenthesesWithoutEndAreRefused(int depth) {
    String text = "not(".repeat(depth) + "top" + ")".repeat(depth);
    assertThatThrownBy(() -> Target.parse(text, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 50 parentheses lie in one another")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }

  @Test
  void aLabelOfThousandsOfWordsIsWrittenAndReadAgain() {
    Target target = Target.of("word ".repeat(20_000).strip());
    assertThat(Target.parse(target.toString(), List.of())).isEqualTo(target);
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
  void aKnownLabelThatLooksLikeAKindIsParsedAsALabel() {
    List<String> labels = List.of("a", "not(a)", "top");
    assertThat(Target.parse("not(a)", labels)).isEqualTo(Target.of("not(a)"));
    assertThat(Target.parse("not(a)", List.of("a"))).isEqualTo(Target.not("a"));
    assertThat(Target.parse("top", labels)).isEqualTo(Target.top());
  }

  @Test
  void aNameOfSeveralClassesIsRefusedWithTheirIndices() {
    List<String> labels = List.of("crane", "dog", "crane");
    assertThatThrownBy(() -> Target.of("crane").resolve(labels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the target 'crane' may be crane (0) or crane (2); write which one");
    assertThat(Target.parse("crane (2)", labels).resolve(labels)).isEqualTo(Target.of(2));
    assertThat(Target.parse("not(crane (0))", labels).resolve(labels)).isEqualTo(Target.not(0));
    assertThat(Target.parse("dog (1)", labels).resolve(labels)).isEqualTo(Target.of(1));
    assertThatThrownBy(() -> Target.of("dog (2)").resolve(labels)).hasMessageContaining("no label");
    assertThat(Target.of(2).caption(labels)).isEqualTo("crane (2)");
    assertThat(Target.of(1).caption(labels)).isEqualTo("dog");
  }

  @Test
  void aNumberThatIsTheLabelOfAnotherClassIsRefused() {
    List<String> labels = List.of("0", "1", "3", "2", "7", "12");
    assertThat(Target.parse("1", labels)).isEqualTo(Target.of(1));
    for (String text : List.of("3", "difference(3,1)", "probability(3)")) {
      assertThatThrownBy(() -> Target.parse(text, labels))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the target '3' may be 3 (2) or 2 (3); write which one");
    }
    assertThat(Target.parse("3 (2)", labels).resolve(labels)).isEqualTo(Target.of(2));
    assertThat(Target.parse("2 (3)", labels).resolve(labels)).isEqualTo(Target.of(3));
    assertThat(Target.parse("\"3\"", labels).resolve(labels)).isEqualTo(Target.of(2));
    // There is no class of these indices, so that they can only be labels.
    assertThat(Target.parse("12", labels)).isEqualTo(Target.of(5));
    assertThat(Target.parse("7", labels)).isEqualTo(Target.of(4));
    // Numbers by their kind.
    assertThat(Target.parse("output(3)", labels)).isEqualTo(Target.output(3));
    assertThat(Target.parse("each(3,2)", labels)).isEqualTo(Target.each(3, 2));
  }

  @Test
  void positiveAndNegativeMayBeLabels() {
    List<String> usual = List.of("negative", "positive");
    assertThat(Target.parse("positive", usual)).isEqualTo(Target.of(1));
    assertThat(Target.parse("negative", List.of("neutral", "other", "negative")))
        .isEqualTo(Target.of(2));
    assertThatThrownBy(() -> Target.parse("positive", List.of("positive", "negative")))
        .hasMessageContaining("positive (0) or negative (1)");
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
  void refusesUnreadableTextAndListsTheKinds(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("cannot read the target '" + text.strip() + "'", "difference(A,B)")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> Target.parse("probability(not(cat))"))
        .hasMessageContaining("but got not(cat)");
  }

  @Test
  void captionsUseLabels() {
    List<String> labels = List.of("cat", "dog");
    assertThat(Target.difference(0, 1).caption(labels)).isEqualTo("difference(cat, dog)");
    assertThat(Target.not(Target.probability(1)).caption(labels))
        .isEqualTo("not(probability(dog))");
    assertThat(Target.of(1).caption(List.of())).isEqualTo("class 1");
  }
}
