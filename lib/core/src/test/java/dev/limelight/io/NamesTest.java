package dev.limelight.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  void reasonsOfOthersAreALine() {
    assertThat(Names.reason(new IllegalStateException("\nno\u001b \u009bway\nat native()")))
        .isEqualTo("no? ?way");
    assertThat(Names.reason(new IllegalStateException())).isEqualTo("no reason given");
    assertThat(Names.reason("x".repeat(10_000))).isEqualTo("x".repeat(400) + "...");
  }

  @Test
  void theNameThatWasMeantIsOffered() {
    List<String> methods = List.of("cam", "grad-cam", "grad-cam++", "layer-cam", "sobel");
    assertThat(Names.offer("gradcam", methods)).isEqualTo("did you mean grad-cam?");
    assertThat(Names.offer("Sobell", methods)).isEqualTo("did you mean sobel?");
    assertThat(Names.offer("nope", methods))
        .isEqualTo("there are cam, grad-cam, grad-cam++, layer-cam, sobel");
    assertThat(Names.offer("?", methods)).startsWith("there are cam, ");
  }

  @Test
  void ofManyNamesAFewAreOffered() {
    List<String> labels =
        Stream.concat(
                Stream.of("tiger cat", "catamaran", "Egyptian cat", "Persian Cat", "education"),
                IntStream.range(0, 995).mapToObj(i -> "label " + i))
            .toList();
    assertThat(Names.offer("cat", labels))
        .isEqualTo("did you mean tiger cat, Egyptian cat, Persian Cat?");
    assertThat(Names.offer("duca", labels)).isEqualTo("did you mean education?");
    assertThat(Names.offer("label", labels)).endsWith("label 11 and 983 more?");
    assertThat(Names.offer("zebra crossing", labels))
        .contains(" and 988 more")
        .hasSizeLessThan(250);
  }

  @Test
  void candidatesAreSortedByTheirDistance() {
    assertThat(Names.nearestFirst("Logit", List.of("features", "output", "logits")))
        .containsExactly("logits", "output", "features");
    assertThat(Names.nearestFirst("a", List.of())).isEmpty();
  }
}
