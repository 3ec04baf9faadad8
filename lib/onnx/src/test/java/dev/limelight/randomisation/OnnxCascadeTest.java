package dev.limelight.randomisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.ReciproCam;
import dev.limelight.gradient.Saliency;
import dev.limelight.perturb.Occlusion;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cascade on a network without gradients. */
class OnnxCascadeTest {

  @Test
  void withoutGradientsMethodsThatNeedNoneAreTested() throws IOException {
    try (Model model = TinyResNet.of("onnx");
        Explainer explainer = RandomisationCascadeTest.explainer(model)) {
      RandomisationCascade cascade =
          RandomisationCascade.builder()
              .setExplainer(explainer)
              .setPictures(RandomisationCascadeTest.pictures(1))
              .setMethods(new GradCam(), new EigenCam(), new ReciproCam(), new Occlusion())
              .optSteps(3)
              .run();
      assertThat(cascade.rows()).hasSize(12);
      assertThat(cascade.of("eigen-cam").get(0).similarity()).isCloseTo(1, within(1e-6));
      assertThat(cascade.of("occlusion")).allMatch(row -> row.similarity() < 0.9);
      assertThatThrownBy(
              () ->
                  RandomisationCascade.of(
                      explainer, RandomisationCascadeTest.pictures(1), List.of(new Saliency())))
          .isInstanceOf(UnsupportedException.class);
    }
  }
}
