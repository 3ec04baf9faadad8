package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.data.Example;
import dev.limelight.image.Picture;
import dev.limelight.model.EngineName;
import dev.limelight.target.Target;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trainings of seconds on generated scenes, the same each time. */
public final class Lessons {

  public static final Scenes SCENES =
      Scenes.builder().optSide(32).optLabels("circle", "cross").build();
  public static final List<Example> PROBES =
      SCENES.list(400, 4).stream().map(Scene::example).toList();

  public static final List<Picture> PICTURES = PROBES.stream().map(Example::picture).toList();

  private Lessons() {}

  public static ConvNet net(ConvNet.Head head) {
    return new ConvNet(32, List.of(4, 6), 2, head);
  }

  public static ScenesDataset data() {
    return SCENES.asDataset(0, 80, 20, true);
  }

  public static ScenesDataset tests() {
    return SCENES.asDataset(200, 40, 20, false);
  }

  public static OverlayListener.Builder watch(OverlaySink... sinks) {
    return OverlayListener.builder().setProbes(PROBES).setSinks(sinks);
  }

  /** Weights that depend on nothing but their place. */
  public static Model model(ConvNet net, String engine) {
    Model model = net.newModel("scenes", EngineName.of(Engine.getEngine(engine)).orElseThrow());
    Random random = new Random(5);
    for (Parameter parameter : model.getBlock().getParameters().values()) {
      if (parameter.getType() == Parameter.Type.WEIGHT) {
        float[] values = parameter.getArray().toFloatArray();
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (0.2 * random.nextGaussian());
        }
        parameter.getArray().set(values);
      }
    }
    return model;
  }

  /** By the library's own training. */
  public static void fit(Model model, int epochs, TrainingListener... listeners) throws Exception {
    Training.builder()
        .setModel(model)
        .setData(data(), tests())
        .optEpochs(epochs)
        .optLearningRate(1e-2f)
        .optListeners(listeners)
        .build()
        .fit();
  }

  /** By DJL's, from whatever the block is: with weights or without. */
  public static void easyFit(Model model, int epochs, float rate, TrainingListener... listeners)
      throws Exception {
    Engine.getEngine(model.getNDManager().getEngine().getEngineName()).setRandomSeed(11);
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .addEvaluator(new Accuracy())
            .optInitializer(new XavierInitializer(), Parameter.Type.WEIGHT)
            .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(rate)).build())
            .addTrainingListeners(listeners);
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(1, 3, 32, 32));
      EasyTrain.fit(trainer, epochs, data(), tests());
    }
  }

  /** DJL's own listeners and others behind them. */
  public static TrainingListener[] behind(TrainingListener[] first, TrainingListener... others) {
    List<TrainingListener> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(others));
    return all.toArray(TrainingListener[]::new);
  }

  /** All that a block has learnt, running statistics too. */
  public static List<float[]> weights(Block block) {
    return block.getParameters().values().stream().map(p -> p.getArray().toFloatArray()).toList();
  }

  /** The probes by an explainer made for the occasion, which has compiled nothing before. */
  public static List<Explanation> explain(Model model) {
    try (Explainer explainer = Explainer.of(model)) {
      return explainer.explain(
          Question.of(PICTURES).methods(new GradCam()).targets(Target.each(0, 1, 0, 1)));
    }
  }

  /** That overlays of true classes are what the model's weights give now. */
  public static void assertSame(EpochOverlays overlays, Model model) {
    assertSame(explanations(overlays), explain(model));
  }

  public static void assertSame(List<Explanation> found, List<Explanation> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).map()).isEqualTo(expected.get(i).map());
      assertThat(found.get(i).logits()).containsExactly(expected.get(i).logits());
    }
  }

  public static List<Explanation> explanations(EpochOverlays overlays) {
    return overlays.overlays().stream().map(ProbeOverlay::explanation).toList();
  }
}
