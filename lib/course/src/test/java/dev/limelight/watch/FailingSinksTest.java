package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.nn.ParameterList;
import ai.djl.training.Trainer;
import ai.djl.training.listener.EpochTrainingListener;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.Explainer;
import dev.limelight.course.train.ConvNet.Head;
import dev.limelight.model.LayerPath;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fails beside a training is told once, and the training goes on. */
class FailingSinksTest {

  private static final class Failing extends RecordingSink {

    private final String where;
    private final Throwable what;
    private int failed;

    Failing(String where, Throwable what) {
      this.where = where;
      this.what = what;
    }

    private void fail(String here) throws IOException {
      if (here.equals(where)) {
        failed++;
        if (what instanceof IOException io) {
          throw io;
        } else if (what instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) what;
      }
    }

    @Override
    public void begin(WatchedRun run) throws IOException {
      super.begin(run);
      fail("begin");
    }

    @Override
    public void epoch(EpochOverlays overlays) throws IOException {
      super.epoch(overlays);
      fail("epoch");
    }

    @Override
    public void close() throws IOException {
      super.close();
      fail("close");
    }
  }

  private static OverlayListener train(int epochs, OverlaySink... sinks) throws Exception {
    OverlayListener listener = Lessons.watch(sinks).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(model, epochs, listener);
    }
    return listener;
  }

  @ParameterizedTest
  @CsvSource({
    "begin, io, 0, could not begin the run 'scenes'",
    "begin, runtime, 0, could not begin the run 'scenes'",
    "epoch, io, 1, could not take epoch 0",
    "epoch, runtime, 1, could not take epoch 0",
    "close, io, 3, could not be closed",
    "close, runtime, 3, could not be closed"
  })
  void aSinkThatFailsIsToldOfOnceAndTheOthersGoOn(
      String where, String kind, int epochs, String told) throws Exception {
    Exception what =
        kind.equals("io")
            ? new IOException("the disk is full\n\tat somewhere")
            : new IllegalStateException("the disk is full");
    Failing failing = new Failing(where, what);
    RecordingSink good = new RecordingSink();
    OverlayListener listener = train(2, failing, good);
    assertThat(failing.failed).isEqualTo(1);
    assertThat(failing.epochs).hasSize(epochs);
    assertThat(failing.closed).isEqualTo(1);
    assertThat(good.numbers()).containsExactly(0, 1, 2);
    assertThat(good.closed).isEqualTo(1);
    assertThat(listener.failures()).hasSize(1);
    assertThat(listener.failures().get(0))
        .contains("Failing", told, "the disk is full")
        .doesNotContain("\n", "at somewhere");
  }

  @Test
  void anErrorIsNoFailureOfASinkAndStopsTheTraining() {
    Failing failing = new Failing("epoch", new OutOfMemoryError("no memory left"));
    RecordingSink good = new RecordingSink();
    assertThatThrownBy(() -> train(2, failing, good)).isInstanceOf(OutOfMemoryError.class);
    assertThat(failing.closed).isEqualTo(1);
    assertThat(good.closed).isEqualTo(1);
  }

  @Test
  void aTrainingThatDivergesIsToldOnceAndItsMetricsGoOn() throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).build();
    TrainingListener breaker =
        new TrainingListenerAdapter() {
          @Override
          public void onEpoch(Trainer trainer) {
            if (listener.epochs().size() == 1) {
              ParameterList all = trainer.getModel().getBlock().getParameters();
              all.valueAt(all.size() - 1).getArray().muli(Float.NaN);
            }
          }
        };
    // Without DJL's check for divergence, which would end it.
    TrainingListener[] measuring = {new EpochTrainingListener(), new EvaluatorTrainingListener()};
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.easyFit(model, 4, 1e-3f, Lessons.behind(measuring, listener, breaker));
    }
    assertThat(sink.numbers()).containsExactly(0, 1, 2, 3, 4);
    assertThat(sink.epochs).extracting(e -> e.overlays().size()).containsExactly(4, 4, 0, 0, 0);
    assertThat(sink.last().metrics())
        .containsKeys("train/accuracy", "validation/accuracy")
        .doesNotContainKeys("train/loss", "localisation/pointing-game")
        .allSatisfy((name, value) -> assertThat(value).isFinite());
    assertThat(listener.failures())
        .singleElement()
        .asString()
        .startsWith("epoch 2 has no overlays: the network's output for scene 400 is NaN");
  }

  @Test
  void aLayerThatIsNotThereIsToldWithThoseThatAre() throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).optLayer(LayerPath.of("conv9")).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(model, 2, listener);
    }
    assertThat(listener.failures()).singleElement().asString().contains("conv9");
    assertThat(sink.numbers()).containsExactly(0, 1, 2);
    assertThat(sink.last().metrics()).containsKey("train/loss");
  }

  @Test
  void aRefreshThatFailsIsToldOnce() throws Exception {
    RecordingSink sink = new RecordingSink();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet");
        Explainer explainer = Explainer.of(model)) {
      int[] turns = {0};
      OverlayListener listener =
          Lessons.watch(sink)
              .optExplainer(
                  explainer,
                  () -> {
                    throw new UnsupportedOperationException(turns[0]++ + " weights do not fit");
                  })
              .build();
      Lessons.fit(model, 2, listener);
      assertThat(listener.failures())
          .containsExactly("epoch 0 has no overlays: 0 weights do not fit");
      assertThat(turns[0]).isEqualTo(3);
    }
  }

  @Test
  void metricsThatWouldBeOfTheEpochBeforeAreLeftOut() throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.easyFit(
          model,
          2,
          1e-3f,
          Lessons.behind(new TrainingListener[] {listener}, TrainingListener.Defaults.basic()));
    }
    assertThat(listener.failures()).singleElement().asString().contains("Defaults.basic()");
    assertThat(sink.epochs)
        .allSatisfy(epoch -> assertThat(epoch.metrics()).doesNotContainKey("train/loss"));
    assertThat(List.copyOf(sink.last().overlays())).hasSize(4);
  }
}
