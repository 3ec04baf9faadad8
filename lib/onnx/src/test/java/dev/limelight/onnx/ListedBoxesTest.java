package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.perturbed.ScoreCam;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import dev.limelight.output.OutputReaders;
import dev.limelight.perturb.DRise;
import dev.limelight.perturb.Occlusion;
import dev.limelight.perturb.SlowMasks;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A graph that suppresses boxes itself, from its file to maps of what it lists. */
class ListedBoxesTest {

  private static final int SIDE = ListedBoxes.SIDE;
  private static final int PIXELS = SIDE * SIDE;
  private static final DRise METHOD = new DRise(60, 3, 0.6, 5);

  @TempDir private Path folder;

  private Explainer explainer(int batch, int copies, List<String> labels) throws IOException {
    Path file =
        ListedBoxes.write(
            folder.resolve("listed.onnx"), batch, copies, "boxes", "scores", "labels");
    return Explainer.builder()
        .setModel(file)
        .optLabels(labels)
        .optReader(OutputReaders.AUTO)
        .optPreprocessing(Preprocessing.of(SIDE, SIDE))
        .load();
  }

  /** A class in a quarter. */
  private record Shown(int quarter, int classIndex, int brightness) {}

  private static Picture picture(Shown... all) {
    int[] colours = new int[PIXELS];
    for (Shown one : all) {
      for (int p = 0; p < PIXELS; p++) {
        if (quarter(p) == one.quarter()) {
          colours[p] |= one.brightness() << (one.classIndex() == 0 ? 16 : 8);
        }
      }
    }
    return Picture.of(SIDE, SIDE, colours, "quarters");
  }

  private static int quarter(int pixel) {
    return pixel / SIDE / (SIDE / 2) * 2 + pixel % SIDE / (SIDE / 2);
  }

  private static float[] noise(int seed) {
    Random random = new Random(seed);
    float[] values = new float[3 * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  /** A batch that is left open is run one by one, too. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatTheModelListsIsFound(int batch) throws IOException {
    try (Explainer explainer = explainer(batch, 1, List.of("red", "green"))) {
      Picture picture = picture(new Shown(0, 0, 204), new Shown(3, 1, 255), new Shown(2, 1, 25));
      List<Detection> found = explainer.detect(picture, NonMaximumSuppression.USUAL);
      assertThat(found).extracting(Detection::classIndex).containsExactly(1, 0, 0);
      // The third overlaps the second by 0.6: what the model keeps is kept.
      assertThat(found)
          .extracting(Detection::box)
          .containsExactly(
              ListedBoxes.BOXES.get(3), ListedBoxes.BOXES.get(0), ListedBoxes.BOXES.get(4));
      double[] scores = {1, 0.8, 0.6};
      for (int i = 0; i < 3; i++) {
        assertThat(found.get(i).score()).isCloseTo(scores[i], within(1e-5));
      }
      assertThat(explainer.detect(picture(), NonMaximumSuppression.USUAL)).isEmpty();
      assertThat(Objects.requireNonNull(explainer.model().reading()).reader().name())
          .isEqualTo("after-nms");
      assertThat(String.join(" ", explainer.model().notes()))
          .contains("boxes, scores, labels list what is left after a NonMaxSuppression")
          .contains("pictures run one at a time, at most 1000 boxes of each are read");
    }
  }

  @Test
  void dRiseIsThePapersFormulaOverWhatEachMaskedForwardLists() throws IOException {
    float[][] pictures = {noise(3), noise(4)};
    List<Target> targets = List.of(box(0, 0), box(1, 3), box(0, 4));
    try (Explainer explainer = explainer(0, 1, List.of("red", "green"))) {
      List<Explanation> maps =
          explainer.explain(Question.of(2, i -> pictures[i]).methods(METHOD).targets(targets));
      int[][] wanted = {{0, 0}, {1, 3}, {0, 4}};
      for (int t = 0; t < 3; t++) {
        for (int i = 0; i < 2; i++) {
          Explanation map = maps.get(2 * t + i);
          double[] expected = slowly(pictures[i], wanted[t][0], wanted[t][1]);
          for (int p = 0; p < PIXELS; p++) {
            assertThat((double) map.map().values()[p])
                .as("box %d, picture %d, pixel %d", t, i, p)
                .isCloseTo(expected[p], within(1e-5));
          }
          assertThat(map.target()).isEqualTo(wanted[t][0]);
          assertThat(map.probability(wanted[t][0]))
              .isCloseTo(
                  score(pictures[i], new double[0], wanted[t][0], wanted[t][1]), within(1e-5));
        }
      }
    }
  }

  private static Target box(int classIndex, int box) {
    return Target.box(Target.of(classIndex), ListedBoxes.BOXES.get(box).rectangle());
  }

  /** {@code 1 / (n p) sum_i max_j IoU s_j M_i} over the boxes of the class that are left. */
  private static double[] slowly(float[] picture, int classIndex, int box) {
    double[] map = new double[PIXELS];
    for (int i = 0; i < METHOD.masks(); i++) {
      double[] mask = SlowMasks.mask(METHOD, SIDE, i);
      double best = 0;
      for (int j : left(picture, mask, classIndex)) {
        Box one = ListedBoxes.BOXES.get(j);
        double overlap = one.intersectionOverUnion(ListedBoxes.BOXES.get(box));
        best = Math.max(best, overlap * score(picture, mask, classIndex, j));
      }
      for (int p = 0; p < PIXELS; p++) {
        map[p] += best * mask[p] / (METHOD.masks() * METHOD.kept());
      }
    }
    return map;
  }

  /** The last box always overlaps the first one too much, of which the score is higher. */
  private static List<Integer> left(float[] picture, double[] mask, int classIndex) {
    List<Integer> left = new ArrayList<>();
    for (int j = 0; j < 5; j++) {
      if (score(picture, mask, classIndex, j) > ListedBoxes.LOWEST) {
        left.add(j);
      }
    }
    return left;
  }

  private static double score(float[] picture, double[] mask, int classIndex, int box) {
    double sum = 0;
    for (int p = 0; p < PIXELS; p++) {
      if (quarter(p) == ListedBoxes.QUARTERS[box]) {
        sum += picture[classIndex * PIXELS + p] * (mask.length == 0 ? 1 : mask[p]);
      }
    }
    return ListedBoxes.FACTORS[box] * sum / (PIXELS / 4);
  }

  /** Where the own quarter is hidden the box is gone; its neighbour's is left, and overlaps it. */
  @Test
  void occlusionTakesTheBoxAway() throws IOException {
    Picture alone = picture(new Shown(0, 0, 204));
    Picture both = picture(new Shown(0, 0, 204), new Shown(1, 0, 255));
    double neighbour = ListedBoxes.BOXES.get(0).intersectionOverUnion(ListedBoxes.BOXES.get(1));
    try (Explainer explainer = explainer(1, 1, List.of())) {
      List<Explanation> maps =
          explainer.explain(
              Question.of(List.of(alone, both)).methods(new Occlusion(8, 8, 0)).targets(box(0, 0)));
      for (int i = 0; i < 2; i++) {
        float[] map = maps.get(i).map().values();
        // The box inside it, of the same quarter, goes too.
        double loss = 0.8 - (i == 0 ? 0 : neighbour);
        int side = maps.get(i).map().width();
        for (int p = 0; p < map.length; p++) {
          boolean own = p / side < side / 2 && p % side < side / 2;
          assertThat((double) map[p]).as("pixel %d", p).isCloseTo(own ? loss : 0, within(1e-5));
        }
      }
    }
  }

  @Test
  void mapsOfActivationsNeedNoGradient() throws IOException {
    try (Explainer explainer = explainer(1, 1, List.of())) {
      Picture picture = picture(new Shown(0, 0, 204), new Shown(3, 1, 255));
      Explanation map = explainer.explain(picture, new ScoreCam(), Target.box(0));
      assertThat(map.target()).isEqualTo(1);
      assertThat(map.heatmap().get(SIDE - 2, SIDE - 2)).isGreaterThan(map.heatmap().get(1, 1));
    }
  }

  @Test
  void whatIsNotListedIsSaid() throws IOException {
    try (Explainer explainer = explainer(1, 1, List.of("red", "green"))) {
      Picture picture = picture(new Shown(0, 0, 204));
      assertThatThrownBy(() -> explainer.explain(picture, METHOD, Target.box(2)))
          .hasMessageContaining("there is no box 2: 2 boxes found, counted from 0");
      assertThatThrownBy(() -> explainer.explain(picture(), METHOD, Target.box(0)))
          .hasMessageContaining("no candidate has a score of");
      assertThatThrownBy(() -> explainer.explain(picture, METHOD, box(1, 0)))
          .hasMessageContaining("no box of class 1 that the model lists overlaps the box");
    }
    try (Explainer explainer = explainer(1, 1, List.of("red"))) {
      Picture green = picture(new Shown(0, 1, 204));
      assertThatThrownBy(() -> explainer.detect(green, NonMaximumSuppression.USUAL))
          .hasMessageContaining("the model found class 1, and there are 1 labels");
    }
  }

  /** A row more than are read shows that there are more. */
  @Test
  void moreBoxesThanAreReadAreRefused() throws IOException {
    Picture picture = picture(new Shown(1, 0, 204));
    try (Explainer explainer = explainer(1, 1000, List.of())) {
      assertThat(explainer.detect(picture, NonMaximumSuppression.USUAL)).hasSize(300);
    }
    try (Explainer explainer = explainer(1, 1001, List.of())) {
      assertThatThrownBy(() -> explainer.detect(picture, NonMaximumSuppression.USUAL))
          .hasMessageContaining("the model lists more than 1000 boxes for a picture");
    }
  }

  @Test
  void outputsWithMoreThanARowForABoxAreLeftOut() throws IOException {
    Path file = ListedBoxes.writeWithPoints(folder.resolve("points.onnx"));
    try (Explainer explainer =
        Explainer.builder()
            .setModel(file)
            .optReader(OutputReaders.AUTO)
            .optPreprocessing(Preprocessing.of(SIDE, SIDE))
            .load()) {
      List<Detection> found =
          explainer.detect(picture(new Shown(3, 1, 255)), NonMaximumSuppression.USUAL);
      assertThat(found).extracting(Detection::classIndex).containsExactly(1);
      assertThat(found.get(0).box()).isEqualTo(ListedBoxes.BOXES.get(3));
      assertThat(explainer.model().notes())
          .contains(
              "the output points has more than a row for each box, such as a mask, and is not"
                  + " read");
    }
  }

  @Test
  void severalPicturesAtATimeAreRefused() {
    assertThatThrownBy(() -> explainer(4, 1, List.of()))
        .hasMessageContaining("the model takes 4 pictures at a time")
        .hasMessageContaining("export it for one picture");
  }

  /** As torchvision's exporter names those of a Faster R-CNN by their order. */
  @Test
  void labelsThatAreCalledScoresAreStillLabels() throws IOException {
    Path file = ListedBoxes.write(folder.resolve("wrong.onnx"), 1, 1, "boxes", "labels", "scores");
    try (Explainer explainer =
        Explainer.builder()
            .setModel(file)
            .optReader(OutputReaders.AUTO)
            .optPreprocessing(Preprocessing.of(SIDE, SIDE))
            .load()) {
      List<Detection> found =
          explainer.detect(picture(new Shown(3, 1, 255)), NonMaximumSuppression.USUAL);
      assertThat(found).extracting(Detection::classIndex).containsExactly(1);
      assertThat(found.get(0).score()).isCloseTo(1, within(1e-5));
    }
  }
}
