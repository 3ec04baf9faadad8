package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.course.train.ConvNet.Head;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that is watched ends with the same bits as one that is not. */
class UnchangedTrainingTest {

  private static final int EPOCHS = 3;

  private static OverlayListener watch(RecordingSink sink) {
    return Lessons.watch(sink).optTargets(ProbeTargets.BOTH).build();
  }

  private static List<float[]> trained(String engine, boolean frozen, TrainingListener... listeners)
      throws Exception {
    try (Model model = Lessons.model(Lessons.net(Head.CONNECTED), engine)) {
      Block base = model.getBlock().getChildren().valueAt(0);
      List<float[]> before = Lessons.weights(base.getChildren().valueAt(0));
      if (frozen) {
        base.freezeParameters(true);
      }
      Lessons.fit(model, EPOCHS, listeners);
      // The first convolution.
      if (frozen) {
        assertThat(Lessons.weights(base.getChildren().valueAt(0)).get(0))
            .containsExactly(before.get(0));
      } else {
        assertThat(Lessons.weights(base.getChildren().valueAt(0)).get(0))
            .isNotEqualTo(before.get(0));
      }
      return Lessons.weights(model.getBlock());
    }
  }

  private static void assertSame(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("parameter %d", i).containsExactly(expected.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void withDropoutAndBatchNorm(String engine) throws Exception {
    RecordingSink sink = new RecordingSink();
    List<float[]> alone = trained(engine, false);
    assertSame(trained(engine, false), alone);
    assertSame(trained(engine, false, watch(sink)), alone);
    assertThat(sink.numbers()).containsExactly(0, 1, 2, 3);
    assertThat(sink.epochs).allSatisfy(epoch -> assertThat(epoch.overlays()).hasSize(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void withFrozenLayers(String engine) throws Exception {
    RecordingSink sink = new RecordingSink();
    assertSame(trained(engine, true, watch(sink)), trained(engine, true));
    assertThat(sink.epochs).allSatisfy(epoch -> assertThat(epoch.overlays()).hasSize(8));
  }

  /** The first explanation then falls between the first gradients and their update. */
  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void withABlockThatHasNoWeightsYet(String engine) throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = watch(sink);
    assertSame(initialisedByTheTrainer(engine, listener), initialisedByTheTrainer(engine));
    assertThat(sink.numbers()).containsExactly(0, 1, 2);
    assertThat(listener.failures()).isEmpty();
    assertThat(sink.epochs).allSatisfy(epoch -> assertThat(epoch.overlays()).hasSize(8));
  }

  private static List<float[]> initialisedByTheTrainer(String engine, TrainingListener... listeners)
      throws Exception {
    try (Model model = Model.newInstance("scenes", engine)) {
      model.setBlock(Lessons.net(Head.CONNECTED).block());
      Lessons.easyFit(
          model, 2, 1e-2f, Lessons.behind(TrainingListener.Defaults.basic(), listeners));
      return Lessons.weights(model.getBlock());
    }
  }

  @Test
  void theFirstOverlaysOfSuchABlockAreOfTheWeightsItStartsWith() throws Exception {
    RecordingSink sink = new RecordingSink();
    try (Model model = Model.newInstance("scenes", "MXNet")) {
      model.setBlock(Lessons.net(Head.CONNECTED).block());
      List<float[]> weights = new ArrayList<>();
      TrainingListener reader =
          new TrainingListenerAdapter() {
            @Override
            public void onTrainingBatch(Trainer trainer, BatchData batchData) {
              weights.add(Lessons.weights(model.getBlock()).get(0));
              if (weights.size() == 1) {
                Lessons.assertSame(sink.epochs.get(0), model);
              }
            }
          };
      Lessons.easyFit(
          model,
          1,
          1e-2f,
          Lessons.behind(TrainingListener.Defaults.basic(), Lessons.watch(sink).build(), reader));
      // The first batch has been learnt from when its listeners are told, and nothing has changed.
      assertThat(weights.get(1)).isNotEqualTo(weights.get(0));
    }
    assertThat(sink.numbers()).containsExactly(0, 1);
  }
}
