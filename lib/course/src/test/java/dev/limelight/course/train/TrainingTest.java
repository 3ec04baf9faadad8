package dev.limelight.course.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.cam.Cam;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import dev.limelight.watch.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {

  private static final ConvNet NET = new ConvNet(32, List.of(8, 12), 2, ConvNet.Head.POOLED);
  private static final Scenes SCENES =
      Scenes.builder().optSide(32).optLabels("circle", "cross").build();

  private static ScenesDataset data(int first, int count) {
    return SCENES.asDataset(first, count, 20, true);
  }

  private static List<Epoch> train(Model model, int epochs) throws IOException {
    return Training.builder()
        .setModel(model)
        .setData(data(0, 200), data(200, 60))
        .optEpochs(epochs)
        .optLearningRate(5e-3f)
        .build()
        .fit();
  }

  @Test
  void itLearnsAndTheSameSeedRepeatsBitForBit() throws IOException {
    try (Model first = NET.newModel("first", EngineName.MXNET);
        Model second = NET.newModel("second", EngineName.MXNET)) {
      for (int i = 0; i < first.getBlock().getParameters().size(); i++) {
        second
            .getBlock()
            .getParameters()
            .valueAt(i)
            .getArray()
            .set(first.getBlock().getParameters().valueAt(i).getArray().toFloatArray());
      }
      List<Epoch> history = train(first, 8);
      assertThat(history).hasSize(8);
      assertThat(history.get(7).loss()).isLessThan(0.95 * history.get(0).loss());
      assertThat(history.get(7).accuracy()).isGreaterThan(history.get(0).accuracy());
      assertThat(train(second, 8)).isEqualTo(history);
    }
  }

  @Test
  void predictionsAgreeWithWhatTheTrainingMeasured() throws IOException {
    try (Model model = NET.newModel("shapes", EngineName.MXNET)) {
      List<Epoch> history = train(model, 3);
      Predictions seen = Predictions.of(model, data(200, 60));
      assertThat(seen.accuracy()).isCloseTo(history.get(2).validationAccuracy(), within(1e-6));
      int[][] confusion = seen.confusion();
      assertThat(confusion[0][0] + confusion[1][1])
          .isEqualTo((int) Math.round(seen.accuracy() * 60));
      assertThat(seen.mistakes()).hasSize(60 - confusion[0][0] - confusion[1][1]);
    }
  }

  @Test
  void anInterruptEndsTheTrainingWithinABatch() throws IOException {
    try (Model model = NET.newModel("shapes", EngineName.MXNET)) {
      int[] batches = {0};
      Training training =
          Training.builder()
              .setModel(model)
              .setData(data(0, 200), data(200, 60))
              .optListeners(
                  new TrainingListenerAdapter() {
                    @Override
                    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
                      if (++batches[0] == 3) {
                        Thread.currentThread().interrupt();
                      }
                    }
                  })
              .build();
      assertThatThrownBy(training::fit)
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("epoch 1");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(batches[0]).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void aSavedModelGivesTheSameLogitsOnBothEngines(@TempDir Path folder) throws IOException {
    for (ConvNet.Head head : ConvNet.Head.values()) {
      ConvNet net = NET.with(head);
      Path place = folder.resolve(head.name());
      try (Model model = net.newModel("shapes", EngineName.MXNET)) {
        net.save(model, place);
        Predictions before = Predictions.of(model, data(0, 20));
        for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
          try (Model read = new ModelFile(place, engine).load()) {
            Predictions after = Predictions.of(read, data(0, 20));
            for (int i = 0; i < 20; i++) {
              assertThat(after.logits(i)).containsExactly(before.logits(i), offset(1e-4f));
            }
          }
        }
      }
    }
  }

  @Test
  void aHeadTrainedOnCachedFeaturesJoinsItsFrozenBase() throws IOException {
    ConvNet connected = NET.with(ConvNet.Head.CONNECTED);
    try (Model base = NET.newModel("base", EngineName.MXNET);
        Model head = connected.newHead("head", EngineName.MXNET)) {
      float[] frozen = base.getBlock().getParameters().valueAt(0).getArray().toFloatArray();
      LayerPath layer = LayerPath.of("01SequentialBlock");
      ArrayDataset train = CachedFeatures.of(base, layer, data(0, 100), 20, 1);
      ArrayDataset test = CachedFeatures.of(base, layer, data(200, 40), 20, 1);
      Training.builder().setModel(head).setData(train, test).optEpochs(2).build().fit();
      Predictions alone = Predictions.of(head, test);
      try (Model joined = connected.join("joined", base, head)) {
        Predictions together = Predictions.of(joined, data(200, 40));
        for (int i = 0; i < 40; i++) {
          assertThat(together.logits(i)).containsExactly(alone.logits(i), offset(1e-4f));
        }
        assertThat(base.getBlock().getParameters().valueAt(0).getArray().toFloatArray())
            .containsExactly(frozen);
        try (Explainer explainer = Explainer.of(joined)) {
          Explanation seen =
              explainer.explain(SCENES.get(0).picture(), new GradCam(), Target.top());
          assertThat(seen.provenance().layerText()).isEqualTo("01SequentialBlock");
          assertThatThrownBy(
                  () -> explainer.explain(SCENES.get(0).picture(), new Cam(), Target.top()))
              .hasMessageContaining("use grad-cam");
        }
      }
    }
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new ConvNet(4, List.of(8, 8, 8), 1, ConvNet.Head.POOLED))
        .hasMessageContaining("but got 3 stages, 1 outputs and 4 pixels");
  }
}
