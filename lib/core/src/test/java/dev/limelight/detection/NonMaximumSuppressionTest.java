package dev.limelight.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import dev.limelight.model.Preprocessing;
import java.awt.Rectangle;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Boxes against values of torchvision, made by scripts/boxes_models.py. */
class NonMaximumSuppressionTest {

  private record Case(
      double overlap, List<Integer> all, @SerializedName("by class") List<Integer> byClass) {}

  private record Boxes(double[][] boxes, double[] scores, int[] labels, List<Case> cases) {}

  private record Frame(int width, int height, double[][] stretch, double[][] letterbox) {}

  private record Frames(int input, double[][] boxes, List<Frame> frames) {}

  private static <T> T read(String name, Class<T> type) throws IOException {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                NonMaximumSuppressionTest.class.getResourceAsStream("/boxes/" + name)),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(in, type);
    }
  }

  private static Box box(double[] edges) {
    return new Box(edges[0], edges[1], edges[2], edges[3]);
  }

  @Test
  void keepsWhatTorchvisionKeeps() throws IOException {
    Boxes given = read("suppression.json", Boxes.class);
    List<Detection> all = new ArrayList<>();
    for (int i = 0; i < given.boxes().length; i++) {
      all.add(new Detection(given.labels()[i], given.scores()[i], box(given.boxes()[i]), i));
    }
    assertThat(given.cases()).hasSize(6);
    for (Case one : given.cases()) {
      assertThat(new NonMaximumSuppression(0, one.overlap(), 1000, false).of(all))
          .extracting(Detection::candidate)
          .containsExactlyElementsOf(one.all());
      assertThat(new NonMaximumSuppression(0, one.overlap(), 1000, true).of(all))
          .extracting(Detection::candidate)
          .containsExactlyElementsOf(one.byClass());
    }
    List<Detection> most = new NonMaximumSuppression(0.5, 0.45, 3, true).of(all);
    assertThat(most).hasSize(3).allMatch(one -> one.score() >= 0.5);
  }

  @Test
  void boxesOfTheInputLieOnThePicture() throws IOException {
    Frames given = read("frames.json", Frames.class);
    Rectangle input = new Rectangle(given.input(), given.input());
    Preprocessing plain = Preprocessing.of(given.input(), given.input());
    for (Frame frame : given.frames()) {
      for (int i = 0; i < given.boxes().length; i++) {
        Box box = box(given.boxes()[i]);
        assertSame(
            box.moved(
                input,
                plain
                    .fitted(Preprocessing.Fit.STRETCH)
                    .visibleRegion(frame.width(), frame.height())),
            frame.stretch()[i]);
        assertSame(
            box.moved(
                input,
                plain
                    .fitted(Preprocessing.Fit.LETTERBOX)
                    .visibleRegion(frame.width(), frame.height())),
            frame.letterbox()[i]);
      }
    }
  }

  private static void assertSame(Box found, double[] expected) {
    double[] edges = {found.left(), found.top(), found.right(), found.bottom()};
    assertThat(edges).containsExactly(expected, within(1e-3));
  }

  @Test
  void emptyBoxesOverlapNothing() {
    Box empty = new Box(5, 5, 5, 5);
    assertThat(empty.intersectionOverUnion(empty)).isZero();
    assertThat(new Box(3, 3, 1, 1).area()).isZero();
    assertThatThrownBy(() -> new NonMaximumSuppression(0.2, 1.5, 10, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.5");
  }
}
