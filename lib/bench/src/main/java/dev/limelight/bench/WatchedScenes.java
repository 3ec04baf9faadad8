package dev.limelight.bench;

import ai.djl.Model;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.data.Example;
import dev.limelight.model.EngineName;
import dev.limelight.sink.TensorBoardSink;
import dev.limelight.watch.OverlayListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Trains a small network on generated scenes from scratch, and writes TensorBoard event files. */
public final class WatchedScenes {

  private static final int EPOCHS = 12;
  private static final int FIRST_TEST = 2000;

  private WatchedScenes() {}

  /**
   * Runs the training.
   *
   * @param args the folder of the event file
   */
  public static void main(String[] args) throws IOException {
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    List<Example> probes = scenes.list(FIRST_TEST, 4).stream().map(Scene::example).toList();
    OverlayListener listener =
        OverlayListener.builder()
            .setProbes(probes)
            .setSinks(new TensorBoardSink(Path.of(args[0])))
            .optLabels(scenes.labels())
            .optSetting("epochs", EPOCHS)
            .build();
    EngineName.MXNET.engine().setRandomSeed(7);
    ConvNet network = new ConvNet(32, List.of(16, 32, 32), 2, ConvNet.Head.POOLED);
    try (Model model = network.newModel("scenes", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(
              scenes.asDataset(0, 1500, 16, true), scenes.asDataset(FIRST_TEST, 200, 50, false))
          .optEpochs(EPOCHS)
          .optLearningRate(3e-3f)
          .optListeners(listener)
          .build()
          .fit()
          .forEach(System.out::println);
    }
    listener.failures().forEach(System.err::println);
  }
}
