package dev.limelight.output;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.model.Preprocessing;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detectors as TorchScript, on PyTorch. */
class TorchScriptDetectorTest {

  @ParameterizedTest
  @ValueSource(strings = {"yolo", "yolo-objectness", "picodet", "ssd"})
  void decodesAndDifferentiatesAsPyTorch(String name) throws IOException {
    DetectorFixture.check(name, ".pt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolo", "picodet", "ssd"})
  void boxesThatAreAskedForTogetherAreThoseOfEachAlone(String name) throws IOException {
    DetectorFixture.checkTogether(name, ".pt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolo", "picodet"})
  void everyKindOfMethodExplainsABox(String name) throws IOException {
    DetectorFixture.checkExplained(name, ".pt");
  }

  private static Question ask(Target target) {
    return Question.of(1, i -> DetectorFixture.picture())
        .methods(List.of(new GradCam()))
        .targets(target);
  }

  @Test
  void aClassOfTheWholePictureIsRefused() throws IOException {
    try (Explainer explainer = DetectorFixture.explainer("yolo", ".pt")) {
      assertThatThrownBy(() -> explainer.explain(ask(Target.top())))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("the target top is a class of a whole picture")
          .hasMessageContaining("read by yolo as boxes; choose box(0)");
      assertThatThrownBy(() -> explainer.explain(ask(Target.box(400))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("there is no box 400: 56 boxes found, counted from 0");
      assertThatThrownBy(
              () -> explainer.explain(ask(Target.box("b", new Rectangle(900, 900, 5, 5)))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("no candidate of the detector overlaps the box 900.0");
    }
  }

  /** The candidate of the picture is of another place in its mirror image. */
  @Test
  void mirrorImagesHaveAPlaceElsewhere() throws IOException {
    Target box = Target.box(0);
    Target edge = Target.left(box);
    try (Explainer explainer = DetectorFixture.explainer("yolo", ".pt")) {
      for (Target target : List.of(box, edge, Target.not(box), Target.difference(box, edge))) {
        Question smoothed = ask(target).methods(List.of(new FlipsAndScales(new GradCam())));
        assertThatThrownBy(() -> explainer.explain(smoothed))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("aug-smooth mirrors the picture, and the target " + target);
      }
    }
  }

  @Test
  void twoReadingsAreAQuestion() throws IOException {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(DetectorFixture.file("yolo.pt"))
            .optReader(OutputReaders.AUTO)
            .optPreprocessing(Preprocessing.of(DetectorFixture.WIDTH, DetectorFixture.HEIGHT))
            .load()) {
      assertThatThrownBy(() -> explainer.explain(ask(Target.box(0))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("may be yolo (60 candidates of 7 values: 4 of a box, 3 classes)")
          .hasMessageContaining("or yolo-objectness (")
          .hasMessageContaining("--reader");
    }
  }

  @Test
  void aClassifierHasNoBoxes() throws IOException {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(DetectorFixture.file("yolo.pt"))
            .optPreprocessing(Preprocessing.of(DetectorFixture.WIDTH, DetectorFixture.HEIGHT))
            .load()) {
      assertThatThrownBy(() -> explainer.explain(ask(Target.box(0))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("a box needs a network whose outputs are read as boxes");
    }
  }
}
