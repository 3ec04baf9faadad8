package dev.limelight.course.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.Odam;
import dev.limelight.course.data.Scene;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Method;
import dev.limelight.metric.Imputer;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Trial;
import dev.limelight.metric.detection.BoxDeletion;
import dev.limelight.model.EngineName;
import dev.limelight.perturb.DRise;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A detector that was trained once, read on both engines. */
class DetectionNetTest {

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    TrainedDetector.train(folder);
  }

  /** The boxes of a scene's shapes. */
  private static List<Box> boxes(Scene scene) {
    return scene.masks().stream().map(mask -> Box.of(mask.bounds())).toList();
  }

  /** The shape that a detection is of, or -1. */
  private static int shape(Detection one, List<Box> boxes) {
    for (int i = 0; i < boxes.size(); i++) {
      if (one.box().intersectionOverUnion(boxes.get(i)) >= 0.5) {
        return i;
      }
    }
    return -1;
  }

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void itFindsTheShapes(EngineName engine) throws IOException {
    int found = 0;
    int right = 0;
    try (TrainedDetector detector = TrainedDetector.read(folder, engine)) {
      for (int i = 0; i < 40; i++) {
        Scene scene = TrainedDetector.SCENES.get(TrainedDetector.HELD_OUT + i);
        List<Box> boxes = boxes(scene);
        boolean[] seen = new boolean[boxes.size()];
        for (Detection one : detector.detections(scene)) {
          int shape = shape(one, boxes);
          if (shape >= 0 && !seen[shape]) {
            seen[shape] = true;
            found++;
            right += scene.shapes().get(shape).label() == one.classIndex() ? 1 : 0;
          }
        }
      }
    }
    assertThat(found / 120.0).as("shapes that were found").isGreaterThan(0.90);
    assertThat(right / 120.0).as("with their class").isGreaterThan(0.75);
  }

  /** Where the peaks of the maps of all boxes of some scenes are. */
  private record Peaks(int own, int other, int all) {

    static Peaks of(TrainedDetector detector, Method method, int scenes) {
      int own = 0;
      int other = 0;
      int all = 0;
      for (int i = 0; i < scenes; i++) {
        Scene scene = TrainedDetector.SCENES.get(TrainedDetector.HELD_OUT + 100 + i);
        List<Box> boxes = boxes(scene);
        List<Detection> found = detector.detections(scene);
        List<Target> targets =
            IntStream.range(0, found.size()).<Target>mapToObj(Target::box).toList();
        List<Explanation> maps =
            targets.isEmpty()
                ? new ArrayList<>()
                : detector
                    .explainer()
                    .explain(Question.of(scene.picture()).methods(method).targets(targets))
                    .stream()
                    .toList();
        for (int k = 0; k < maps.size(); k++) {
          int shape = shape(found.get(k), boxes);
          if (shape >= 0) {
            double x = (maps.get(k).map().peak().x() + 0.5) / maps.get(k).map().width() * 96;
            double y = (maps.get(k).map().peak().y() + 0.5) / maps.get(k).map().height() * 96;
            boolean inside = found.get(k).box().rectangle().contains(x, y);
            own += inside ? 1 : 0;
            boolean elsewhere =
                IntStream.range(0, boxes.size())
                    .anyMatch(b -> b != shape && boxes.get(b).rectangle().contains(x, y));
            other += !inside && elsewhere ? 1 : 0;
            all++;
          }
        }
      }
      return new Peaks(own, other, all);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void thePeakOfABoxIsInItAndInNoOther(EngineName engine) throws IOException {
    try (TrainedDetector detector = TrainedDetector.read(folder, engine)) {
      Peaks odam = Peaks.of(detector, new Odam(), 40);
      assertThat(odam.all()).isGreaterThan(100);
      assertThat((double) odam.own() / odam.all()).as("%s", odam).isGreaterThanOrEqualTo(0.95);
      assertThat((double) odam.other() / odam.all()).as("%s", odam).isLessThanOrEqualTo(0.02);
      // An estimate: with a third of the masks, or cells of half the size, peaks leave their boxes.
      Peaks rise = Peaks.of(detector, new DRise(1000, 8, 0.5, 1), 8);
      assertThat(rise.all()).isGreaterThan(20);
      assertThat((double) rise.own() / rise.all()).as("%s", rise).isGreaterThanOrEqualTo(0.95);
      assertThat((double) rise.other() / rise.all()).as("%s", rise).isLessThanOrEqualTo(0.02);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void withoutWhatItsMapMarksABoxIsLostSoonerThanWithoutTheRest(EngineName engine)
      throws IOException {
    BoxDeletion deletion = new BoxDeletion(12, Imputer.ZERO);
    double marked = 0;
    double rest = 0;
    try (TrainedDetector detector = TrainedDetector.read(folder, engine)) {
      for (int i = 0; i < 5; i++) {
        Scene scene = TrainedDetector.SCENES.get(TrainedDetector.HELD_OUT + 200 + i);
        Detection found = detector.detections(scene).get(0);
        Explanation map = detector.explainer().explain(scene.picture(), new Odam(), Target.box(0));
        Measurement left = deletion.of(detector.explainer(), trial(scene, map), found);
        assertThat(left.curve()).hasSize(13);
        assertThat(left.curve().get(0)).as("all of it").isCloseTo(found.score(), within(1e-3));
        marked += left.value();
        Explanation reversed = map.withMap(reversed(map.map()), "reversed");
        rest += deletion.of(detector.explainer(), trial(scene, reversed), found).value();
      }
    }
    assertThat(marked).isLessThan(0.8 * rest);
  }

  /** What is strongest comes last. */
  private static Heatmap reversed(Heatmap map) {
    float[] values = map.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = map.max() - values[i];
    }
    return new Heatmap(map.width(), map.height(), values, map.unit());
  }

  private static Trial trial(Scene scene, Explanation map) {
    return new Trial(map, scene.picture().planes(), 96, 96, null, 1);
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new DetectionNet(90, 3))
        .hasMessageContaining("a multiple of 8")
        .hasMessageContaining("a side of 90 and 3 classes");
    assertThatThrownBy(() -> new SegmentationNet(16, 0)).hasMessageContaining("0 classes");
  }
}
