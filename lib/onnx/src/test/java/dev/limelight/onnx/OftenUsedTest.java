package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.HiResCam;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.Saliency;
import dev.limelight.image.Picture;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network that is used often gets sessions of its own for what is asked of it. */
class OftenUsedTest {

  private static final int OFTEN = 70;

  private static Picture picture(int index) throws IOException {
    return Pictures.read(TinyResNet.folder().resolve("picture-" + index + ".png"));
  }

  private static void assertSame(List<Explanation> actual, List<Explanation> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      double most = expected.get(i).map().max();
      assertThat(actual.get(i).map().maxDifference(expected.get(i).map()))
          .isCloseTo(0, within(1e-5 * Math.max(1e-3, most)));
      assertThat(actual.get(i).logits())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(expected.get(i).logits());
    }
  }

  private static void assertSameWhenUsedOften(Question question, Question other)
      throws IOException {
    try (Explainer explainer = Explainer.of(TinyResNet.onnxFile());
        Explainer fresh = Explainer.of(TinyResNet.onnxFile())) {
      for (int i = 0; i < OFTEN; i++) {
        explainer.explain(question);
      }
      assertSame(List.copyOf(explainer.explain(question)), List.copyOf(fresh.explain(question)));
      assertSame(List.copyOf(explainer.explain(other)), List.copyOf(fresh.explain(other)));
    }
  }

  @Test
  void oneClassOfOnePicture() throws IOException {
    Question question = Question.of(picture(0)).methods(new GradCam());
    assertSameWhenUsedOften(question, question.targets(Target.of(1)));
  }

  @Test
  void anotherClassThanUsual() throws IOException {
    Question question = Question.of(picture(0)).methods(new GradCam()).targets(Target.of(1));
    assertSameWhenUsedOften(question, question.targets(Target.of(0)));
  }

  @Test
  void severalClasses() throws IOException {
    Question question =
        Question.of(picture(0))
            .methods(new HiResCam(), new Saliency())
            .targets(Target.of(0), Target.of(1), Target.of(2));
    assertSameWhenUsedOften(question, Question.of(picture(1)).methods(new GradCam()).best(3));
  }
}
