package dev.limelight.randomisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.gradient.Saliency;
import dev.limelight.perturb.Occlusion;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The cascade on an .onnx file, with gradients of the layer and of the picture. */
class OnnxCascadeTest {

  @Test
  void methodsOfEachKindAreTested() throws IOException {
    try (Model model = TinyResNet.of("onnx");
        Explainer explainer = RandomisationCascadeTest.explainer(model)) {
      RandomisationCascade cascade =
          RandomisationCascade.builder()
              .setExplainer(explainer)
              .setPictures(RandomisationCascadeTest.pictures(1))
              .setMethods(new GradCam(), new EigenCam(), new Saliency(), new Occlusion())
              .optSteps(3)
              .run();
      assertThat(cascade.rows()).hasSize(12);
      assertThat(cascade.of("eigen-cam").get(0).similarity()).isCloseTo(1, within(1e-6));
      assertThat(cascade.of("occlusion")).allMatch(row -> row.similarity() < 0.9);
      assertThat(cascade.of("saliency")).allMatch(row -> row.similarity() < 0.9);
    }
  }
}
