package dev.limelight.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.cam.GradCam;
import dev.limelight.cam.layered.Spotlight;
import dev.limelight.image.Mask;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.perturb.Rise;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.target.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {

  private enum Kind {
    ONE,
    TWO
  }

  private static MessageReader sent(MessageWriter message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    return MessageReader.next(new ByteArrayInputStream(out.toByteArray()), 1 << 20);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    MessageWriter message = new MessageWriter(Kind.TWO);
    message.put(true).put(-5).put(1L << 40).put(0.1).put("é\n").putOptional(null);
    message.put(new float[] {1.5f, Float.NaN}).put(new int[] {7});
    message.put(List.of("a", "b"), MessageWriter::put);
    MessageReader reader = sent(message);
    assertThat(reader.kind(Kind.values())).isEqualTo(Kind.TWO);
    assertThat(reader.flag()).isTrue();
    assertThat(reader.number(-5, 0)).isEqualTo(-5);
    assertThat(reader.longNumber()).isEqualTo(1L << 40);
    assertThat(reader.real()).isEqualTo(0.1);
    assertThat(reader.text(10)).isEqualTo("é\n");
    assertThat(reader.optionalText(10)).isNull();
    assertThat(reader.floats(2)).containsExactly(1.5f, Float.NaN);
    assertThat(reader.ints(1)).containsExactly(7);
    assertThat(reader.list(2, own -> own.text(1))).containsExactly("a", "b");
    reader.end();
  }

  @Test
  void onlyTextsOfAnAnswerGetIntoAMethod() {
    FlipsAndScales asked = new FlipsAndScales(new Spotlight());
    assertThat(RecordFormat.texts(asked, "it")).containsExactly("object", "");
    assertThat(RecordFormat.withTexts(asked, List.of("object", ""), "it")).isSameAs(asked);
    assertThat(RecordFormat.withTexts(asked, List.of("part", "b+a"), "it"))
        .isEqualTo(new FlipsAndScales(new Spotlight("part", "b+a")));
    for (List<String> texts :
        List.of(List.<String>of(), List.of("object"), List.of("a", "b"), List.of("", "", ""))) {
      assertThatThrownBy(() -> RecordFormat.withTexts(asked, texts, "it"))
          .isInstanceOf(ProtocolException.class);
    }
    assertThatThrownBy(() -> RecordFormat.withTexts(asked, List.of("object", "a", "b"), "it"))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void aLengthIsNotBelieved() {
    byte[] huge = ByteBuffer.allocate(8).putInt(1 << 30).array();
    assertThatThrownBy(() -> MessageReader.next(new ByteArrayInputStream(huge), 1 << 20))
        .isInstanceOf(ProtocolException.class);
    byte[] negative = ByteBuffer.allocate(8).putInt(-1).array();
    assertThatThrownBy(() -> MessageReader.next(new ByteArrayInputStream(negative), 1 << 20))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> MessageReader.next(new ByteArrayInputStream(huge), 1 << 30))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aCountIsNotBelieved() throws IOException {
    MessageReader reader = sent(new MessageWriter(Kind.ONE).put(1 << 29));
    reader.kind(Kind.values());
    assertThatThrownBy(() -> reader.list(1 << 30, own -> own.text(1)))
        .isInstanceOf(ProtocolException.class);
    MessageReader text = sent(new MessageWriter(Kind.ONE).put(1 << 29));
    text.kind(Kind.values());
    assertThatThrownBy(() -> text.text(1 << 30)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> text.floats(1 << 29)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> text.floats(-1)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> text.floats(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
  }

  static List<Object> records() {
    return List.of(
        new FlipsAndScales(new GradCam()),
        new Rise(40, 5, 0.5, 0, Duration.ofMillis(1500), 3),
        new Rise(40, 5, 0.5, 0, null, 3),
        Target.difference(Target.top(), Target.not("a, \"b\"")),
        Target.each(1, 2, 3),
        Target.each(List.of(Target.of(1), Target.output(2))),
        Target.inside(3, new Mask(2, 1, new boolean[] {true, false})),
        Target.similarity(new float[] {1, 2}, "other"));
  }

  @ParameterizedTest
  @MethodSource("records")
  void recordsAreMadeAgain(Object value) throws IOException {
    MessageReader reader = sent(written(value));
    reader.kind(Kind.values());
    Object read = RecordFormat.read(reader);
    reader.end();
    assertThat(read).hasSameClassAs(value).usingRecursiveComparison().isEqualTo(value);
  }

  private static MessageWriter written(Object value) {
    MessageWriter message = new MessageWriter(Kind.ONE);
    RecordFormat.write(message, value, "it");
    return message;
  }

  @Test
  void everyMethodCanBeSent() throws IOException {
    for (Method method : Methods.all()) {
      MessageReader reader = sent(written(method));
      reader.kind(Kind.values());
      assertThat(RecordFormat.read(reader)).isEqualTo(method);
    }
  }
}
