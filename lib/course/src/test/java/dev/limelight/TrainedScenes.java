package dev.limelight;

import ai.djl.Model;
import ai.djl.engine.Engine;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.Shortcut;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Networks that have learnt shapes.
 *
 * @param scenes what they have learnt
 * @param explainer theirs
 * @param accuracy on scenes of which they have seen none; NaN if it was not measured here
 */
public record TrainedScenes(Scenes scenes, Explainer explainer, Model model, double accuracy)
    implements AutoCloseable {

  /** Where the notebooks keep theirs. */
  public static final Path FOLDER = Path.of("..", "..", "notebooks", "data", "models", "scenes");

  /** From this scene on none was learnt from. */
  public static final int HELD_OUT = 2000;

  /** Circles and crosses where one class bears a shortcut, learnt within seconds on MXNet. */
  public static TrainedScenes with(Shortcut shortcut) throws IOException {
    Scenes scenes =
        Scenes.builder().optSide(32).optLabels("circle", "cross").optShortcut(shortcut).build();
    Engine.getEngine("MXNet").setRandomSeed(7);
    Model model =
        new ConvNet(32, List.of(16, 32), 2, ConvNet.Head.POOLED)
            .newModel("scenes", EngineName.MXNET);
    double accuracy =
        Training.builder()
            .setModel(model)
            .setData(scenes.asDataset(0, 600, 16, true), scenes.asDataset(HELD_OUT, 200, 50, false))
            .optEpochs(3)
            .optLearningRate(3e-3f)
            .build()
            .fit()
            .get(2)
            .validationAccuracy();
    Explainer explainer = Explainer.builder().setModel(model).optLabels(scenes.labels()).build();
    return new TrainedScenes(scenes, explainer, model, accuracy);
  }

  /** The network of the notebooks, which tells circles from crosses by their outlines. */
  public static TrainedScenes shipped() throws IOException {
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    Explainer explainer = Explainer.builder().setModel(FOLDER).optLabels(scenes.labels()).load();
    return new TrainedScenes(scenes, explainer, null, Double.NaN);
  }

  @Override
  public void close() {
    explainer.close();
    if (model != null) {
      model.close();
    }
  }
}
