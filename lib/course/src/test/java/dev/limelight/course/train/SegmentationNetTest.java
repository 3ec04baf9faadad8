package dev.limelight.course.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.SegXResCam;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.image.Mask;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import dev.limelight.watch.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A segmentation network that has learnt for a few seconds. */
class SegmentationNetTest {

  private static final SegmentationNet NET = new SegmentationNet(48, 2);
  private static final Scenes SCENES =
      Scenes.builder().optSide(48).optShapes(2).optLabels("circle", "cross").build();

  @TempDir Path folder;

  private static ScenesDataset data(int first, int count) {
    return ScenesDataset.builder()
        .setScenes(SCENES)
        .optRange(first, count)
        .optLabel(NET::label)
        .setSampling(16, true)
        .build();
  }

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void itLearnsAndARegionsMapIsInTheRegion(EngineName engine) throws IOException {
    try (Model model = NET.newModel("segmentation", engine)) {
      List<Epoch> epochs =
          Training.builder()
              .setModel(model)
              .setData(data(0, 400), data(5000, 32))
              .optEpochs(3)
              .optLearningRate(5e-3f)
              .optLoss(NET.loss())
              .build()
              .fit();
      assertThat(epochs.get(2).loss()).isLessThan(0.7 * epochs.get(0).loss());
      assertThat(epochs.get(2).accuracy()).as("of no classifier").isNaN();
      NET.save(model, folder);
    }
    try (Model model = new ModelFile(folder, engine).load();
        Explainer explainer = Explainer.builder().setModel(model).build()) {
      assertThat(energy(explainer, new SegXResCam()))
          .isGreaterThan(energy(explainer, new GradCam()));
    }
  }

  /** The share of the maps of regions that lies in the region, as the mean over some scenes. */
  private static double energy(Explainer explainer, Method method) {
    double sum = 0;
    for (int i = 0; i < 12; i++) {
      Scene scene = SCENES.get(6000 + i);
      Mask region = scene.mask();
      Target target = Target.inside(1 + scene.label(), region);
      Explanation map = explainer.explain(scene.picture(), method, target);
      sum += map.map().isBlank() ? 0 : region.shareOf(map.map());
    }
    return sum / 12;
  }
}
