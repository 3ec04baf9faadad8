package dev.limelight.randomisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.TinyResNet;
import dev.limelight.cam.CenterBlob;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.Sobel;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.gradient.Saliency;
import dev.limelight.image.Picture;
import dev.limelight.metric.Similarity;
import dev.limelight.model.Preprocessing;
import dev.limelight.perturb.Occlusion;
import dev.limelight.randomisation.RandomisationCascade.Row;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RandomisationCascadeTest {

  private static final int LAYERS = 19;

  static List<Picture> pictures(int count) throws IOException {
    List<Picture> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(Pictures.read(TinyResNet.folder().resolve("picture-" + i + ".png")));
    }
    return all;
  }

  static Explainer explainer(Model model) {
    return Explainer.builder()
        .setModel(model)
        .optLabels(TinyResNet.LABELS)
        .optPreprocessing(Preprocessing.of(64, 64))
        .build();
  }

  /** As Adebayo et al. (2018) found it, on a trained network. */
  @Test
  void guidedBackpropagationHardlyChangesAndGradCamDoes() throws IOException {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      RandomisationCascade cascade =
          RandomisationCascade.of(
              explainer,
              pictures(6),
              List.of(new GradCam(), new Saliency(), new GuidedBackpropagation(), new Sobel()));
      assertThat(cascade.layers()).isEqualTo(LAYERS);
      assertThat(cascade.pictures()).isEqualTo(6);
      assertThat(cascade.methods())
          .containsExactly("grad-cam", "saliency", "guided-backprop", "sobel");
      assertThat(cascade.rows()).hasSize(4 * 12);
      List<Row> guided = cascade.of("guided-backprop");
      assertThat(guided.get(0).shuffled()).isEqualTo(1);
      assertThat(guided.get(0).layer()).isEqualTo("fc");
      assertThat(guided.get(0).similarity()).isGreaterThan(0.85);
      assertThat(guided.get(11).layer()).isEqualTo("conv1");
      for (int i = 0; i < 11; i++) {
        Row row = guided.get(i);
        assertThat(row.similarity()).as("%s", row).isGreaterThan(0.5);
        assertThat(row.similarity() - cascade.of("grad-cam").get(i).similarity())
            .as("%s against Grad-CAM", row)
            .isGreaterThan(0.4);
        assertThat(row.similarity() - cascade.of("saliency").get(i).similarity())
            .as("%s against the gradient", row)
            .isGreaterThan(0.15);
      }
      assertThat(cascade.of("sobel"))
          .allSatisfy(row -> assertThat(row.similarity()).isCloseTo(1, within(1e-9)));
      assertThat(cascade.passes("grad-cam")).isTrue();
      assertThat(cascade.passes("saliency")).isTrue();
      assertThat(cascade.passes("guided-backprop")).isFalse();
      assertThat(cascade.passes("sobel")).isFalse();
      assertThatThrownBy(() -> cascade.passes("rise"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "no method 'rise' was measured; there are grad-cam, saliency, guided-backprop, sobel");
    }
  }

  @Test
  void eachRowEqualsTheSimilarityComputedByHand() throws IOException {
    try (Model model = TinyResNet.of("PyTorch");
        Explainer explainer = explainer(model)) {
      List<Picture> two = pictures(2);
      RandomisationCascade cascade =
          RandomisationCascade.builder()
              .setExplainer(explainer)
              .setPictures(two)
              .setMethods(new GradCam())
              .optSteps(2)
              .optSeed(8)
              .run();
      assertThat(cascade.rows()).extracting(Row::shuffled).containsExactly(1, LAYERS);
      double sum = 0;
      try (Explainer random = explainer.shuffled(LAYERS, 8)) {
        for (Picture picture : two) {
          Explanation seen = explainer.explain(picture);
          Target same = Target.of(seen.predicted());
          sum +=
              Similarity.spearman(seen.map(), random.explain(picture, new GradCam(), same).map());
        }
      }
      assertThat(cascade.rows().get(1).similarity()).isCloseTo(sum / 2, within(1e-6));
      assertThat(
              RandomisationCascade.builder()
                  .setExplainer(explainer)
                  .setPictures(two)
                  .setMethods(new GradCam())
                  .optTarget(
                      Target.each(two.stream().mapToInt(p -> predicted(explainer, p)).toArray()))
                  .optSteps(2)
                  .optSeed(8)
                  .run())
          .isEqualTo(cascade);
    }
  }

  private static int predicted(Explainer explainer, Picture picture) {
    return explainer.explain(picture, new CenterBlob(), Target.top()).predicted();
  }

  @Test
  void stepsAreSpreadFromOneToAll() {
    assertThat(RandomisationCascade.Builder.counts(3, 12)).containsExactly(1, 2, 3);
    assertThat(RandomisationCascade.Builder.counts(1, 12)).containsExactly(1);
    assertThat(RandomisationCascade.Builder.counts(50, 1)).containsExactly(50);
    assertThat(RandomisationCascade.Builder.counts(161, 5)).containsExactly(1, 41, 81, 121, 161);
    assertThat(RandomisationCascade.Builder.counts(54, 12)).hasSize(12).startsWith(1).endsWith(54);
  }

  @Test
  void reportsProgressAndStopsOnAnInterrupt() throws IOException {
    AtomicLong passes = new AtomicLong();
    try (Model model = TinyResNet.symbol();
        Explainer explainer =
            Explainer.builder()
                .setModel(model)
                .optPreprocessing(Preprocessing.of(64, 64))
                .optProgress(
                    some -> {
                      if (passes.addAndGet(some) > 40) {
                        Thread.currentThread().interrupt();
                      }
                    })
                .build()) {
      RandomisationCascade.Builder cascade =
          RandomisationCascade.builder()
              .setExplainer(explainer)
              .setPictures(pictures(1))
              .setMethods(new Occlusion());
      assertThatThrownBy(cascade::run).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(passes.get()).isBetween(41L, 80L);
    }
  }

  @Test
  void refusesMissingSettings() throws IOException {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      assertThatThrownBy(() -> RandomisationCascade.of(explainer, List.of(), List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("call setPictures and setMethods");
      assertThatThrownBy(() -> RandomisationCascade.builder().optSteps(0))
          .hasMessage("a cascade has a step or more, but got 0");
    }
  }
}
