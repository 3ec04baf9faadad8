package dev.limelight.course.train;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A detector that has learnt scenes of three shapes, read from a folder on one engine.
 *
 * @param model of the engine
 * @param explainer of the model
 */
record TrainedDetector(Model model, Explainer explainer) implements AutoCloseable {

  static final int SIDE = 96;

  /** From this scene on none was learnt from. */
  static final int HELD_OUT = 100_000;

  static final Scenes SCENES =
      Scenes.builder().optSide(SIDE).optShapes(3).optLabels("circle", "square", "triangle").build();

  /** Trains one on MXNet and saves it. */
  static void train(Path folder) throws IOException {
    DetectionNet net = new DetectionNet(SIDE, 3);
    try (Model model = net.newModel("detector", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(data(net, 0, 1200, true), data(net, HELD_OUT, 32, false))
          .optEpochs(6)
          .optLearningRate(3e-3f)
          .optLoss(net.loss())
          .build()
          .fit();
      net.save(model, folder);
    }
  }

  private static ScenesDataset data(DetectionNet net, int first, int count, boolean shuffle) {
    return ScenesDataset.builder()
        .setScenes(SCENES)
        .optRange(first, count)
        .optLabel(net::label)
        .setSampling(16, shuffle)
        .build();
  }

  static TrainedDetector read(Path folder, EngineName engine) throws IOException {
    Model model = new ModelFile(folder, engine).load();
    Explainer explainer =
        Explainer.builder()
            .setModel(model)
            .optLabels(SCENES.labels())
            .optReader(DetectionNet.READER)
            .build();
    return new TrainedDetector(model, explainer);
  }

  /** What it finds in a scene, the highest score first. */
  List<Detection> detections(Scene scene) {
    return explainer.detect(scene.picture(), NonMaximumSuppression.USUAL);
  }

  @Override
  public void close() {
    explainer.close();
    model.close();
  }
}
