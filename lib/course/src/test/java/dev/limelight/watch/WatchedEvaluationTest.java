package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.TrainedScenes;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.RandomCam;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.metric.Sparseness;
import dev.limelight.metric.localisation.PointingGame;
import dev.limelight.sink.FolderSink;
import dev.limelight.sink.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedEvaluationTest {

  @Test
  void theSinksOfATrainingTellHowItGoes(@TempDir Path folder) throws IOException {
    try (TrainedScenes trained = TrainedScenes.shipped()) {
      Evaluation evaluation;
      WatchedEvaluation watched =
          new WatchedEvaluation(
              "which method", Map.of("seed", "0"), new FolderSink(folder.resolve("run")));
      try (watched) {
        evaluation =
            Evaluation.builder()
                .setExplainer(trained.explainer())
                .setImages(trained.scenes().images(60_000, 4))
                .optMethods(new GradCam(), new RandomCam())
                .optMetrics(new PointingGame(), new Sparseness())
                .optListener(watched)
                .run();
      }
      assertThat(watched.failures()).isEmpty();
      RunFolder run = RunFolder.read(folder.resolve("run"));
      assertThat(run.epochs()).hasSize(4);
      assertThat(run.epochs().get(3).overlays()).hasSize(2);
      Map<String, Double> last = run.epochs().get(3).metrics();
      assertThat(last.get("evaluation/share-done")).isEqualTo(1);
      assertThat(last.get("sparseness/grad-cam-01SequentialBlock"))
          .isCloseTo(
              evaluation.summary(evaluation.contenders().get(0), "sparseness").mean(),
              Offset.offset(1e-9));
    }
  }
}
