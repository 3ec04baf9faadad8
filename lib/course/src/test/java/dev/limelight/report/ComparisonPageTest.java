package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explainer;
import dev.limelight.TrainedScenes;
import dev.limelight.cam.Cam;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scenes;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.method.Method;
import dev.limelight.metric.Sparseness;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonPageTest {

  /** CAM is not defined for a fully connected head. */
  @Test
  void picturesAreThereThoughTheFirstMethodCannotRun() throws IOException {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(TrainedScenes.FOLDER.resolveSibling("cats-vs-dogs-connected"))
            .optLabels("cat", "dog")
            .load()) {
      ImageSet images = Scenes.builder().optSide(32).build().images(0, 3);
      List<Method> methods = List.of(new Cam(), new GradCam());
      Evaluation evaluation =
          Evaluation.of(explainer, images, methods, List.of(), List.of(new Sparseness()));
      assertThat(evaluation.of(evaluation.contenders().get(0), "sparseness"))
          .hasSize(3)
          .allSatisfy(
              cell ->
                  assertThat(cell.measurement().support().reason()).startsWith("cam needs a head"));
      String page =
          new ComparisonPage(evaluation, explainer, images, methods, 2)
              .report("Heads", Map.of())
              .html();
      assertThat(page).contains("id=\"picture-2\"", "none of 3 measured");
    }
  }
}
