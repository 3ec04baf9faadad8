package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.Preprocessing;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuestionTest {

  private static List<Picture> pictures(int count) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] pixels = new Random(i).ints(64 * 64).toArray();
      pictures.add(Picture.of(64, 64, pixels, "picture " + i));
    }
    return pictures;
  }

  private static Explainer explainer(Model model) {
    return Explainer.builder()
        .setModel(model)
        .optLabels(TinyResNet.LABELS)
        .optPreprocessing(Preprocessing.of(64, 64))
        .build();
  }

  @Test
  void anAnswerIsFoundByPictureTargetAndMethod() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<Method> methods = List.of(new GradCam(), new LayerCam());
      List<Target> targets = List.of(Target.of(2), Target.top(), Target.not(1));
      Explanations all =
          explainer.explain(Question.of(pictures(20)).methods(methods).targets(targets));
      assertThat(all).hasSize(20 * 2 * 3);
      assertThat(all.pictures()).isEqualTo(20);
      Explanation one = all.get(17, Target.not(1), new LayerCam());
      assertThat(one.picture().name()).isEqualTo("picture 17");
      assertThat(one.provenance().target()).isEqualTo(Target.not(1).resolve(TinyResNet.LABELS));
      assertThat(one.provenance().method()).isEqualTo(new LayerCam());
      assertThat(all.of(Target.not(1), new LayerCam()).get(17)).isSameAs(one);
      assertThat(all.of(17)).hasSize(6).last().isSameAs(one);
      assertThat(all.get(5 * 20 + 17)).isSameAs(one);
      assertThatThrownBy(() -> all.get(0, Target.of(3), new GradCam()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the target '3' was not asked for; asked for were 2, top, not(1)");
      assertThatThrownBy(() -> all.of(Target.top(), new EigenCam()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the method 'EigenCam[]' was not asked for");
      assertThatThrownBy(() -> all.of(20)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void theBestClassesAreThoseOfEachPicture() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<Picture> pictures = pictures(18);
      Explanations all = explainer.explain(Question.of(pictures).best(3));
      for (int i = 0; i < pictures.size(); i++) {
        List<Explanation> best = all.of(i);
        assertThat(best).hasSize(3);
        assertThat(best.get(0).target()).isEqualTo(best.get(0).predicted());
        assertThat(best.get(0).probability()).isGreaterThanOrEqualTo(best.get(1).probability());
        for (Explanation one : best) {
          assertThat(one.picture()).isSameAs(pictures.get(i));
          assertThat(one.provenance().target().toString()).isEqualTo(String.valueOf(one.target()));
        }
      }
      assertThatThrownBy(() -> all.of(Target.top(), new GradCam()))
          .hasMessageContaining("the best classes, which of(picture) gives");
    }
  }

  @Test
  void nothingIsNoQuestion() {
    Question question = Question.of(pictures(1));
    assertThatThrownBy(() -> question.methods(List.of())).hasMessageContaining("one method");
    assertThatThrownBy(() -> question.targets(List.of())).hasMessageContaining("one target");
    assertThatThrownBy(() -> question.best(0)).hasMessageContaining("but got 0");
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      assertThat(explainer.explain(Question.of(List.of()))).isEmpty();
    }
  }

  /** As it has always been written: a record's own words without its name. */
  @Test
  void aProvenanceHasTheMethodWithItsParameters() {
    List<Method> all = new ArrayList<>(Methods.all());
    all.add(new FlipsAndScales(Methods.named("smooth-grad")));
    for (Method method : all) {
      String words = method.toString();
      String inside = words.substring(words.indexOf('[') + 1, words.length() - 1);
      Provenance provenance =
          new Provenance(
              method,
              List.of(),
              Target.top(),
              new ModelInfo(
                  "m",
                  null,
                  "e 1",
                  null,
                  List.of(),
                  Preprocessing.of(1, 1),
                  null,
                  false,
                  null,
                  List.of()),
              "0");
      String name = method.info().name();
      assertThat(provenance.methodText())
          .isEqualTo(inside.isEmpty() ? name : name + " (" + inside + ")");
      assertThat(provenance.toMap().keySet())
          .containsExactly(
              "method",
              "layer",
              "target",
              "model",
              "modelSha256",
              "output",
              "outputActivation",
              "modelNotes",
              "engine",
              "limelight");
    }
    assertThat(new FlipsAndScales(new GradCam()).parameters())
        .containsExactly(Map.entry("inner", new GradCam()));
  }
}
