package dev.limelight.course.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.cam.Cam;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.course.train.ConvNet.Head;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import dev.limelight.watch.Epoch;
import dev.limelight.zoo.EfficientNetLite;
import dev.limelight.zoo.PublishedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PretrainedNetTest {

  private static final Scenes SCENES =
      Scenes.builder().optSide(64).optLabels("circle", "cross").build();

  private static ScenesDataset data(int first, int count) {
    return SCENES.asDataset(first, count, 20, true);
  }

  @ParameterizedTest
  @CsvSource({"MXNET, POOLED", "MXNET, CONNECTED", "PYTORCH, POOLED"})
  void aHeadIsTrainedJoinedSavedAndExplained(EngineName engine, Head head, @TempDir Path folder)
      throws IOException {
    PublishedWeights.assume();
    PretrainedNet net = new PretrainedNet(EfficientNetLite.lite0(), 64, 2, head);
    try (Model model = net.newModel("scenes", engine);
        Model top = net.newHead("top", engine)) {
      AtomicInteger told = new AtomicInteger();
      ArrayDataset train = net.features(model, data(0, 60), 20, 1, told::incrementAndGet);
      ArrayDataset test = net.features(model, data(100, 30), 20, 1, () -> {});
      assertThat(train.size()).isEqualTo(60);
      assertThat(told).hasValue(60);
      List<Epoch> epochs =
          Training.builder().setModel(top).setData(train, test).optEpochs(5).build().fit();
      assertThat(epochs.get(4).loss()).isLessThan(epochs.get(0).loss());
      Predictions alone = Predictions.of(top, test);
      net.join(model, top);
      Predictions together = Predictions.of(model, data(100, 30));
      assertThat(together.logits(7)).containsExactly(alone.logits(7), offset(1e-3f));
      try (Explainer explainer = Explainer.of(model)) {
        Explanation seen = explainer.explain(SCENES.get(0).picture(), new GradCam(), Target.top());
        assertThat(seen.provenance().layerText()).isEqualTo("base");
        if (head == Head.POOLED) {
          Explanation cam = explainer.explain(SCENES.get(0).picture(), new Cam(), Target.top());
          assertThat(cam.map().values()).hasSize(4);
        }
      }
      net.save(model, folder);
      for (EngineName other : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
        try (Model read = new ModelFile(folder, other).load()) {
          Predictions after = Predictions.of(read, data(100, 5));
          assertThat(after.logits(4)).containsExactly(together.logits(4), offset(1e-3f));
        }
      }
    }
  }

  @Test
  void shapesOfFeaturesAreKnown() {
    assertThat(PretrainedNet.binary(128, Head.POOLED).featureShape()).isEqualTo(new Shape(1280));
    assertThat(PretrainedNet.binary(128, Head.CONNECTED).featureShape())
        .isEqualTo(new Shape(1280, 4, 4));
    assertThat(PretrainedNet.binary(129, Head.CONNECTED).featureShape())
        .isEqualTo(new Shape(1280, 5, 5));
    assertThatThrownBy(() -> PretrainedNet.binary(16, Head.POOLED))
        .hasMessageContaining("but got 16 pixels and 1 outputs");
  }
}
