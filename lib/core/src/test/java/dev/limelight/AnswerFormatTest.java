package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.ModelServer.Answer;
import dev.limelight.isolation.MessageReader;
import dev.limelight.isolation.MessageWriter;
import dev.limelight.isolation.ProtocolException;
import dev.limelight.model.Preprocessing;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Answers of a process that a stranger's file may have taken over. */
class AnswerFormatTest {

  private static final ModelInfo MODEL =
      new ModelInfo(
          "net",
          "ab".repeat(32),
          "PyTorch 2",
          "softmax",
          List.of("cat", "dog"),
          Preprocessing.of(64, 48),
          "logits",
          true,
          null,
          List.of("a note"));

  private static byte[] model(ModelInfo info) {
    MessageWriter message = new MessageWriter(Answer.DONE);
    AnswerFormat.write(message, info);
    return message.toBytes();
  }

  private static ModelInfo read(byte[] bytes) {
    MessageReader reader = new MessageReader(bytes);
    reader.kind(Answer.values());
    ModelInfo info = AnswerFormat.model(reader);
    reader.end();
    return info;
  }

  @Test
  void aModelIsReadAsItIs() {
    assertThat(read(model(MODEL))).usingRecursiveComparison().isEqualTo(MODEL);
  }

  @Test
  void damagedModelsAreRefused() {
    byte[] good = model(MODEL);
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int n = 0; n <= random.nextInt(3); n++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        read(bad);
      } catch (ProtocolException | IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(5_000);
  }

  @Test
  void anInputThatFillsTheMemoryIsRefused() {
    byte[] huge = model(MODEL.with(Preprocessing.of(20_000, 20_000)));
    assertThatThrownBy(() -> read(huge))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("an input of 3 x 20000 x 20000");
  }

  private static MessageReader maps(int outputs, int width, int height, int target) {
    MessageWriter message = new MessageWriter(Answer.PART).put(outputs).put(width).put(height);
    message.put(new float[2]).put(target).put(new float[6]).put(List.of(), (w, o) -> {});
    // Of the one picture no segments.
    message.put(List.of(), (w, o) -> {});
    MessageReader reader = new MessageReader(message.toBytes());
    reader.kind(Answer.values());
    return reader;
  }

  @Test
  void mapsHaveTheSizeThatTheySay() {
    assertThat(AnswerFormat.maps(maps(2, 3, 2, 1), 1).width()).isEqualTo(3);
    for (MessageReader bad :
        List.of(
            maps(2, 3, 3, 1),
            maps(2, 1 << 20, 1 << 20, 1),
            maps(2, Integer.MAX_VALUE, Integer.MAX_VALUE, 1),
            maps(Integer.MAX_VALUE, 3, 2, 1),
            maps(0, 3, 2, 1),
            maps(2, 0, 2, 1),
            maps(2, 3, 2, 2),
            maps(2, 3, 2, -2))) {
      assertThatThrownBy(() -> AnswerFormat.maps(bad, 1)).isInstanceOf(ProtocolException.class);
    }
  }
}
