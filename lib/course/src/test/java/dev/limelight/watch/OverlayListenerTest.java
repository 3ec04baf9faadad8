package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.evaluator.TopKAccuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.course.train.CachedFeatures;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.ConvNet.Head;
import dev.limelight.course.train.Training;
import dev.limelight.data.Example;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.target.Target;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayListenerTest {

  /** An explainer that is made for the occasion has compiled nothing that could be out of date. */
  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void eachEpochIsExplainedAsItsWeightsAreThen(String engine) throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).build();
    List<List<Explanation>> expected = new ArrayList<>();
    try (Model model = Lessons.model(Lessons.net(Head.CONNECTED), engine)) {
      expected.add(Lessons.explain(model));
      Lessons.fit(
          model,
          3,
          listener,
          new TrainingListenerAdapter() {
            @Override
            public void onEpoch(Trainer trainer) {
              expected.add(Lessons.explain(model));
            }
          });
      assertThat(sink.numbers()).containsExactly(0, 1, 2, 3);
      for (int epoch = 0; epoch <= 3; epoch++) {
        Lessons.assertSame(Lessons.explanations(sink.epochs.get(epoch)), expected.get(epoch));
      }
      Lessons.assertSame(sink.last(), model);
      assertThat(expected.get(0).get(0).map()).isNotEqualTo(expected.get(1).get(0).map());
    }
    assertThat(sink.closed).isEqualTo(1);
    assertThat(listener.failures()).isEmpty();
  }

  @Test
  void sinksAreToldOfTheRunItsMetricsAndItsScores() throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener =
        Lessons.watch(sink)
            .optName("circles")
            .optLabels("circle", "cross")
            .optMethod(new LayerCam())
            .optLayer(LayerPath.of("01SequentialBlock.01SequentialBlock"))
            .optTargets(ProbeTargets.BOTH)
            .optSetting("epochs", 2)
            .build();
    EpochHistory history = new EpochHistory();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(model, 2, listener, history);
    }
    WatchedRun run = sink.runs.get(0);
    assertThat(sink.runs).hasSize(1);
    assertThat(run.name()).isEqualTo("circles");
    assertThat(run.methodTag()).isEqualTo("layercam");
    assertThat(run.labels()).containsExactly("circle", "cross");
    assertThat(run.probes()).isEqualTo(Lessons.PROBES);
    assertThat(run.settings())
        .containsEntry("layer", "01SequentialBlock.01SequentialBlock")
        .containsEntry("targets", "both")
        .containsEntry("epochs", "2")
        .containsEntry("model", "scenes")
        .containsKey("DJL");
    assertThat(run.settings().get("engine")).startsWith("MXNet 1.9");
    EpochOverlays last = sink.last();
    assertThat(last.metrics().keySet())
        .containsExactly(
            "train/loss",
            "train/accuracy",
            "validation/loss",
            "validation/accuracy",
            "localisation/area-above-half",
            "localisation/energy-in-mask",
            "localisation/pointing-game");
    assertThat(last.metrics().get("train/loss")).isEqualTo(history.epochs().get(1).loss());
    assertThat(last.metrics().get("validation/accuracy"))
        .isEqualTo(history.epochs().get(1).validationAccuracy());
    assertThat(sink.epochs.get(0).metrics()).doesNotContainKey("train/loss").hasSize(3);
    assertThat(last.overlays())
        .extracting(ProbeOverlay::name)
        .startsWith("scene 400-true", "scene 400-predicted", "scene 401-true")
        .hasSize(8);
    double sum = 0;
    for (ProbeOverlay overlay : last.overlays()) {
      boolean own = overlay.name().endsWith("-true");
      Explanation seen = overlay.explanation();
      assertThat(seen.target()).isEqualTo(own ? overlay.probe().label() : seen.predicted());
      sum += overlay.scores().get("energy-in-mask");
    }
    assertThat(last.metrics().get("localisation/energy-in-mask")).isEqualTo(sum / 8);
  }

  @Test
  void everySecondEpochAndTheLastAreShown() throws Exception {
    RecordingSink sink = new RecordingSink();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(model, 5, Lessons.watch(sink).optEvery(2).build());
      Lessons.assertSame(sink.last(), model);
    }
    assertThat(sink.numbers()).containsExactly(0, 2, 4, 5);
    assertThat(sink.last().metrics()).containsKeys("train/loss", "validation/accuracy");
  }

  @Test
  void aResumedTrainingGoesOnCounting() throws Exception {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).optFirstEpoch(4).optEvery(3).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(model, 4, listener);
    }
    assertThat(sink.numbers()).containsExactly(6, 7);
    assertThat(sink.runs.get(0).settings()).containsKey("layer").containsEntry("first epoch", "4");
    assertThat(listener.epochs()).extracting(epoch -> epoch.number()).containsExactly(4, 5, 6, 7);
  }

  @Test
  void aHeadThatLearnsAloneIsShownAsAWholeModel() throws Exception {
    ConvNet net = Lessons.net(Head.CONNECTED);
    RecordingSink sink = new RecordingSink();
    try (Model whole = Lessons.model(net, "MXNet");
        Model head = net.newHead("head", EngineName.MXNET);
        Explainer explainer = Explainer.builder().setModel(whole).optLabels("no", "yes").build()) {
      LayerPath base = LayerPath.of("01SequentialBlock");
      ArrayDataset train = CachedFeatures.of(whole, base, Lessons.data(), 20, 1);
      ArrayDataset test = CachedFeatures.of(whole, base, Lessons.tests(), 20, 1);
      OverlayListener listener =
          Lessons.watch(sink).optExplainer(explainer, () -> net.join(whole, head)).build();
      Training.builder()
          .setModel(head)
          .setData(train, test)
          .optEpochs(2)
          .optListeners(listener)
          .build()
          .fit();
      assertThat(listener.failures()).isEmpty();
      assertThat(sink.numbers()).containsExactly(0, 1, 2);
      assertThat(sink.runs.get(0).labels()).containsExactly("no", "yes");
      try (Model joined = net.join("joined", whole, head)) {
        Lessons.assertSame(sink.last(), joined);
      }
      // It is not the listener's to close.
      Lessons.assertSame(
          explainer.explain(
              Question.of(Lessons.PICTURES)
                  .methods(new GradCam())
                  .targets(Target.each(0, 1, 0, 1))),
          Lessons.explanations(sink.last()));
    }
    assertThat(Lessons.explanations(sink.epochs.get(0)).get(0).map())
        .isNotEqualTo(Lessons.explanations(sink.last()).get(0).map());
  }

  @Test
  void oneSigmoidUnitHasTwoClassesWithoutLabels() throws Exception {
    ConvNet net = new ConvNet(32, List.of(4, 6), 1, Head.POOLED);
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).build();
    try (Model model = Lessons.model(net, "MXNet");
        Trainer trainer =
            model.newTrainer(
                new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
                    .addTrainingListeners(listener))) {
      assertThat(trainer.getModel()).isSameAs(model);
    }
    assertThat(listener.failures()).isEmpty();
    assertThat(Lessons.explanations(sink.last())).extracting(Explanation::target).contains(0, 1);
    assertThat(Lessons.explanations(sink.last()).get(1).targetLabel()).isEqualTo("class 1");
  }

  @Test
  void otherEvaluatorsKeepDjlsNamesAndNoValidationGivesNoNumbers() throws Exception {
    EpochHistory history = new EpochHistory();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addEvaluator(new TopKAccuracy("best of two", 2))
              .addEvaluator(new Accuracy("exact"))
              .addTrainingListeners(Lessons.behind(TrainingListener.Defaults.basic(), history));
      try (Trainer trainer = model.newTrainer(config)) {
        EasyTrain.fit(trainer, 1, Lessons.data(), null);
      }
    }
    assertThat(history.metrics().keySet())
        .containsExactly("train/loss", "train/accuracy", "train/exact");
  }

  @Test
  void aModelThatGetsItsWeightsAtTheEndIsRefusedInASentence() {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet");
        Trainer elsewhere =
            new Trainer(model, new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())) {
              @Override
              public Device[] getDevices() {
                return new Device[] {Device.gpu(3)};
              }
            }) {
      listener.onTrainingBegin(elsewhere);
      listener.onTrainingEnd(elsewhere);
    }
    assertThat(listener.failures())
        .singleElement()
        .asString()
        .contains("gpu(3)", "at the end only");
    assertThat(sink.last().overlays()).isEmpty();
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    RecordingSink sink = new RecordingSink();
    Example probe = Lessons.PROBES.get(0);
    assertThatThrownBy(() -> OverlayListener.builder().setSinks(sink).build())
        .hasMessageContaining("call setProbes and setSinks");
    assertThatThrownBy(() -> Lessons.watch().build()).hasMessageContaining("setSinks");
    assertThatThrownBy(() -> Lessons.watch(sink).setProbes(List.of(probe, probe)).build())
        .hasMessageContaining("'scene 400' twice");
    Example unknown = new Example("photo", probe.picture(), -1, null);
    assertThatThrownBy(() -> Lessons.watch(sink).setProbes(List.of(unknown)).build())
        .hasMessageContaining("'photo' has no class");
    assertThatThrownBy(() -> Lessons.watch(sink).optLabels("one").build())
        .hasMessageContaining("'scene 401' is of class 1");
    assertThatThrownBy(() -> Lessons.watch(sink).optEvery(0).build())
        .hasMessageContaining("optEvery(0)");
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet");
        Explainer explainer = Explainer.of(model)) {
      assertThatThrownBy(
              () ->
                  Lessons.watch(sink).optLabels("a", "b").optExplainer(explainer, () -> {}).build())
          .hasMessageContaining("not to the listener");
    }
  }

  @Test
  void oneListenerWatchesOneTraining() throws Exception {
    OverlayListener listener = Lessons.watch(new RecordingSink()).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(model, 1, listener);
      assertThatThrownBy(() -> Lessons.fit(model, 1, listener))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("build another");
    }
  }
}
