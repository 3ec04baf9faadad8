package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.model.EngineName;
import dev.limelight.notebook.chart.Charts;
import dev.limelight.watch.EpochCourse;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.OverlayListener;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class LiveOverlaysTest {

  private static final Scenes SCENES =
      Scenes.builder().optSide(32).optLabels("circle", "cross").build();

  private static void train(int epochs, LiveOverlays live, TrainingListener... more)
      throws IOException {
    List<TrainingListener> listeners = new ArrayList<>(List.of(more));
    OverlayListener watch =
        OverlayListener.builder()
            .setProbes(SCENES.list(100, 3).stream().map(Scene::example).toList())
            .setSinks(live)
            .optLabels("circle", "cross")
            .build();
    listeners.add(0, watch);
    try (Model model =
        new ConvNet(32, List.of(4, 8), 2, ConvNet.Head.POOLED)
            .newModel("shapes", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(SCENES.asDataset(0, 60, 20, true), SCENES.asDataset(200, 20, 20, false))
          .optEpochs(epochs)
          .optListeners(listeners.toArray(TrainingListener[]::new))
          .build()
          .fit();
    } finally {
      assertThat(watch.failures()).isEmpty();
    }
  }

  @Test
  void aWatchedTrainingLeavesOneOutputWithoutTimes() throws IOException {
    try (RecordingScreen screen = new RecordingScreen()) {
      LiveOverlays live = new LiveOverlays(3);
      List<String> shown = new ArrayList<>();
      train(
          3,
          live,
          new TrainingListenerAdapter() {
            @Override
            public void onEpoch(Trainer trainer) {
              shown.add(screen.last().text());
            }
          });

      assertThat(shown).hasSize(3);
      assertThat(shown.get(0)).contains("epoch 2 of 3, about ").contains(" left");
      assertThat(screen.outputs()).hasSize(1);
      String text = screen.last().text();
      assertThat(text)
          .startsWith("Chart: Loss. cross entropy by epoch. training goes from ")
          .contains("Chart: Accuracy.")
          .contains(" in 3 points.")
          .contains("epoch 3, accuracy 0.")
          .contains("Gallery of 3 figures.")
          .contains("Heatmap over scene 100:")
          .doesNotContain(" s left")
          .doesNotContain(" of 3,");
      assertThat(screen.last().html()).doesNotContain("progressbar").contains("<img");
    }
  }

  @Test
  void asAListenerItsBarMovesWithTheBatches() throws IOException {
    try (RecordingScreen screen = new RecordingScreen()) {
      LiveOverlays live = new LiveOverlays(2);
      List<String> bars = new ArrayList<>();
      train(
          2,
          live,
          new TrainingListenerAdapter() {
            @Override
            public void onTrainingBatch(Trainer trainer, BatchData batch) {
              pause();
              live.onTrainingBatch(trainer, batch);
              String html = screen.last().html();
              bars.add(html.replaceAll("(?s).*width:([\\d.]+)%;height:8px.*", "$1"));
            }

            @Override
            public void onEpoch(Trainer trainer) {
              live.onEpoch(trainer);
            }
          });

      assertThat(bars).containsExactly("16.7", "33.3", "50.0", "66.7", "83.3", "100.0");
      assertThat(screen.outputs()).hasSize(1);
    }
  }

  /** Longer than the display waits between two pages. */
  private static void pause() {
    try {
      Thread.sleep(550);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aStoppedTrainingShowsItsLastEpoch() {
    try (RecordingScreen screen = new RecordingScreen()) {
      assertThatThrownBy(
              () ->
                  train(
                      5,
                      new LiveOverlays(5),
                      new TrainingListenerAdapter() {
                        @Override
                        public void onEpoch(Trainer trainer) {
                          Thread.currentThread().interrupt();
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(screen.outputs()).hasSize(1);
      assertThat(screen.last().text())
          .contains("epoch 1, accuracy 0.")
          .endsWith("… stopped after epoch 1 of 5");
    }
  }

  @Test
  void missingMeasurementsAreOmitted() {
    try (RecordingScreen screen = new RecordingScreen()) {
      LiveOverlays live = new LiveOverlays(1);
      live.begin(new WatchedRun("run", "grad-cam", List.of(), List.of(), Map.of()));
      live.epoch(new EpochOverlays(0, Map.of(), List.of()));
      assertThat(screen.last().text()).startsWith("… nothing was measured after epoch 0");
      live.epoch(new EpochOverlays(1, Map.of("validation/accuracy", 0.75), List.of()));
      live.close();

      assertThat(screen.last().text())
          .isEqualTo("Chart: Accuracy. accuracy by epoch. validation is 0.75.");
    }
  }

  @Test
  void theCourseOfAFilmIsAChartOfShares() {
    EpochCourse course =
        new EpochCourse(
            List.of(0, 1, 2),
            Map.of(
                "train/loss", List.of(Double.NaN, 0.7, 0.5),
                "validation/accuracy", List.of(Double.NaN, 0.5, 0.75),
                "localisation/energy-in-mask", List.of(0.125, 0.25, 0.5)));
    assertThat(Charts.course("Attention", course).altText())
        .startsWith("Chart: Attention. share by epoch.")
        .contains(" validation accuracy goes from 0.5 to 0.75 in 2 points.")
        .contains(" energy in mask goes from 0.125 to 0.5 in 3 points.")
        .doesNotContain("loss");
    assertThat(Charts.course("Loss", course, "train/loss").altText())
        .isEqualTo("Chart: Loss. share by epoch. train loss goes from 0.7 to 0.5 in 2 points.");
  }
}
