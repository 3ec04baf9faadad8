package dev.limelight.bench.detection;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.course.train.DetectionNet;
import dev.limelight.course.train.Training;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The course's small detector, trained on scenes of three shapes of which it has seen 1200, for six
 * epochs.
 */
record SceneDetector(Model model, Explainer explainer) implements AutoCloseable {

  static final int SIDE = 96;
  private static final int LEARNT = 1200;
  private static final int EPOCHS = 6;
  private static final float LEARNING_RATE = 3e-3f;

  /** From this scene on none was learnt from. */
  private static final int HELD_OUT = 100_000;

  /** A box is of a shape if it shares this much with the shape's own. */
  private static final double SAME = 0.5;

  private static final Scenes SCENES =
      Scenes.builder().optSide(SIDE).optShapes(3).optLabels("circle", "square", "triangle").build();

  /**
   * A shape that was found, and what is around it.
   *
   * @param scene where it is
   * @param index of the box, counted from 0
   * @param box that was found, in pixels
   * @param others the boxes of the other shapes
   */
  record Found(Scene scene, int index, Box box, List<Box> others) {

    /** The share of the picture that the box covers. */
    double area() {
      return box.area() / ((double) SIDE * SIDE);
    }
  }

  /**
   * One that was trained on MXNet, read on an engine.
   *
   * @param folder where those that were trained are kept; a missing one is trained
   * @param seed that decides the first weights and the batches
   */
  static SceneDetector read(Path folder, int seed, EngineName engine) throws IOException {
    Path own = folder.resolve("seed-" + seed);
    if (!Files.isDirectory(own)) {
      train(own, seed);
    }
    Model model = new ModelFile(own, engine).load();
    Explainer explainer =
        Explainer.builder()
            .setModel(model)
            .optLabels(SCENES.labels())
            .optReader(DetectionNet.READER)
            .build();
    return new SceneDetector(model, explainer);
  }

  private static void train(Path folder, int seed) throws IOException {
    DetectionNet net = new DetectionNet(SIDE, SCENES.labels().size());
    EngineName.MXNET.engine().setRandomSeed(seed);
    try (Model model = net.newModel("detector", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(data(net, 0, LEARNT, seed), data(net, HELD_OUT / 2, 32, seed))
          .optEpochs(EPOCHS)
          .optLearningRate(LEARNING_RATE)
          .optSeed(seed)
          .optLoss(net.loss())
          .build()
          .fit();
      net.save(model, folder);
    }
  }

  private static ScenesDataset data(DetectionNet net, int first, int count, int seed) {
    return ScenesDataset.builder()
        .setScenes(SCENES)
        .optRange(first, count)
        .optSeed(seed)
        .optLabel(net::label)
        .setSampling(16, true)
        .build();
  }

  /** Scenes that it has not learnt from. */
  static List<Scene> scenes(int count) {
    return SCENES.list(HELD_OUT, count);
  }

  /** The shapes that it finds in a scene, each once, with the right class or another. */
  List<Found> found(Scene scene) {
    List<Box> shapes = scene.masks().stream().map(mask -> Box.of(mask.bounds())).toList();
    List<Detection> all = explainer.detect(scene.picture(), NonMaximumSuppression.USUAL);
    List<Found> found = new ArrayList<>();
    boolean[] seen = new boolean[shapes.size()];
    for (int i = 0; i < all.size(); i++) {
      Box box = all.get(i).box();
      for (int s = 0; s < shapes.size(); s++) {
        if (!seen[s] && box.intersectionOverUnion(shapes.get(s)) >= SAME) {
          seen[s] = true;
          List<Box> others = new ArrayList<>(shapes);
          others.remove(s);
          found.add(new Found(scene, i, box, others));
          break;
        }
      }
    }
    return found;
  }

  /** The maps of the shapes of one scene that were found, in their order. */
  List<Explanation> maps(List<Found> found, Method method) {
    List<Target> targets =
        IntStream.range(0, found.size())
            .<Target>mapToObj(i -> Target.box(found.get(i).index()))
            .toList();
    return explainer
        .explain(Question.of(found.get(0).scene().picture()).methods(method).targets(targets))
        .stream()
        .toList();
  }

  @Override
  public void close() {
    explainer.close();
    model.close();
  }
}
