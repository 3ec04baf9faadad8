package dev.limelight.bench;

import ai.djl.Model;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains the network of {@code notebooks/data/models/scenes}, which distinguishes circles and
 * crosses.
 */
public final class ScenesModel {

  private static final int FIRST_TEST = 100_000;

  private ScenesModel() {}

  /**
   * Runs the training.
   *
   * @param args the folder to save to, the number of scenes and of epochs
   */
  public static void main(String[] args) throws IOException {
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    int count = Integer.parseInt(args[1]);
    EngineName.MXNET.engine().setRandomSeed(7);
    ConvNet network = new ConvNet(32, List.of(16, 32, 32), 2, ConvNet.Head.POOLED);
    try (Model model = network.newModel("scenes", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(
              scenes.asDataset(0, count, 16, true), scenes.asDataset(FIRST_TEST, 400, 50, false))
          .optEpochs(Integer.parseInt(args[2]))
          .optLearningRate(3e-3f)
          .optListeners(
              new dev.limelight.watch.EpochHistory() {
                @Override
                public void onEpoch(ai.djl.training.Trainer trainer) {
                  super.onEpoch(trainer);
                  System.out.println(epochs().get(epochs().size() - 1));
                }
              })
          .build()
          .fit();
      network.save(model, Path.of(args[0]));
    }
  }
}
