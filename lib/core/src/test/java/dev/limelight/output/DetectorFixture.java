package dev.limelight.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.Odam;
import dev.limelight.cam.perturbed.ScoreCam;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.gradient.Saliency;
import dev.limelight.model.Cut;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Small detectors, and what PyTorch computes with them, made by scripts/boxes_models.py. */
public final class DetectorFixture {

  public static final int WIDTH = 64;
  public static final int HEIGHT = 48;
  private static final Shape PICTURE = new Shape(3, HEIGHT, WIDTH);
  private static final NonMaximumSuppression USUAL = NonMaximumSuppression.USUAL;

  /** What PyTorch computes. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Expected(
      float[][] boxes,
      float[][] scores,
      int[] kept,
      int[] labels,
      float[][] gradient,
      float[][] left) {}

  private DetectorFixture() {}

  public static Path file(String name) {
    // Other modules have these classes in a jar, in which no engine reads a file.
    return Path.of("../core/src/test/resources/boxes").resolve(name);
  }

  public static <T> T read(String name, Class<T> type) throws IOException {
    return new Gson().fromJson(Files.readString(file(name)), type);
  }

  /** The picture that the script makes. */
  public static float[] picture() {
    float[] values = new float[3 * HEIGHT * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7919 % 1009 / 1009f;
    }
    return values;
  }

  public static List<String> labels(String name) {
    return name.equals("ssd") ? List.of("nothing", "a", "b", "c") : List.of("a", "b", "c");
  }

  public static Explainer explainer(String name, String ending) throws IOException {
    return Explainer.builder()
        .setModel(file(name + ending))
        .optLabels(labels(name))
        .optReader(OutputReaders.AUTO)
        .optPreprocessing(Preprocessing.of(WIDTH, HEIGHT))
        .load();
  }

  /**
   * Compares candidates, suppression and gradients with PyTorch's, of a file named as its reader.
   */
  public static void check(String name, String ending) throws IOException {
    check(name, ending, name);
  }

  /** The same of any file, which that reader reads. */
  public static void check(String name, String ending, String reader) throws IOException {
    Expected expected = read(name + ".json", Expected.class);
    NetworkChoice choice =
        NetworkChoice.NONE.withLabels(labels(name).size()).withReader(OutputReaders.AUTO);
    try (Model model = ModelFile.of(file(name + ending)).load();
        Network network = Network.of(model, choice);
        NDManager scope = network.manager().newSubManager();
        SplitModel whole = network.whole()) {
      NDArray x = NativeArrays.of(scope, picture(), new Shape(1).addAll(PICTURE));
      Cut cut = whole.features(x);
      NDArray output = whole.head(cut);
      OutputShapes shapes =
          new OutputShapes(
              network.explainedOutputs(PICTURE),
              WIDTH,
              HEIGHT,
              labels(name).size(),
              output.toFloatArray());
      Reading reading = OutputReaders.of(shapes, OutputReaders.AUTO);
      assertThat(reading.reader().name()).isEqualTo(reader);
      Candidates candidates = reading.candidates(output);
      assertClose(candidates.boxes(), expected.boxes(), 1e-3f);
      assertClose(candidates.confidences(), expected.scores(), 1e-4f);
      List<Detection> found = reading.found(output, USUAL).get(0);
      assertThat(found).extracting(Detection::candidate).containsExactly(boxed(expected.kept()));
      assertThat(found).extracting(Detection::classIndex).containsExactly(boxed(expected.labels()));
      Target box = Target.box(0).reading(reading).of(0, output);
      Target left = Target.left(Target.box(0)).reading(reading).of(0, output);
      List<NDArray> gradients =
          whole.gradients(cut, out -> new NDList(box.score(out), left.score(out))).perScore();
      assertColumns(gradients.get(0), expected.gradient());
      assertColumns(gradients.get(1), expected.left());
    }
  }

  /** Explains a box by methods of each kind. */
  public static void checkExplained(String name, String ending) throws IOException {
    Expected expected = read(name + ".json", Expected.class);
    int candidate = expected.kept()[0];
    int label = expected.labels()[0];
    try (Explainer explainer = explainer(name, ending)) {
      List<Explanation> maps =
          explainer.explain(
              Question.of(2, i -> picture())
                  .methods(List.of(new GradCam(), new Saliency(), new ScoreCam()))
                  .targets(Target.box(0)));
      assertThat(maps).hasSize(6);
      assertThat(Objects.requireNonNull(explainer.model().reading()).reader().name())
          .isEqualTo(name);
      for (Explanation map : maps) {
        assertThat(map.target()).isEqualTo(label);
        assertThat(map.targetLabel()).isEqualTo(labels(name).get(label));
        assertThat(map.predicted()).isEqualTo(label);
        assertThat(map.probability(label))
            .isCloseTo(expected.scores()[candidate][label], within(1e-4));
        assertThat(map.logits()).hasSize(labels(name).size());
        assertThat(map.provenance().target().toString()).isEqualTo("box(0)");
      }
      assertThat(maps.get(2).heatmap().max()).isPositive();
    }
  }

  /** Compares maps of many boxes of two pictures with those of each box alone. */
  public static void checkTogether(String name, String ending) throws IOException {
    Expected expected = read(name + ".json", Expected.class);
    List<Target> targets = new ArrayList<>();
    for (float[] box : expected.boxes()) {
      if (box[2] > box[0] + 1 && box[3] > box[1] + 1) {
        Rectangle2D edges =
            new Rectangle2D.Double(box[0], box[1], box[2] - box[0], box[3] - box[1]);
        targets.add(Target.box(Target.of(targets.size() % 3), edges));
      }
    }
    // More than take one pass together.
    assertThat(targets).hasSizeGreaterThan(33);
    try (Explainer explainer = explainer(name, ending)) {
      Question both = Question.of(2, i -> picture()).methods(new Odam());
      List<Explanation> together = explainer.explain(both.targets(targets));
      for (int t = 0; t < targets.size(); t += 3) {
        List<Explanation> alone = explainer.explain(both.targets(targets.get(t)));
        for (int i = 0; i < 2; i++) {
          float[] own = alone.get(i).map().values();
          float largest = Math.max(alone.get(i).map().max(), -alone.get(i).map().min());
          assertThat(together.get(2 * t + i).map().values())
              .as("%s in picture %d", targets.get(t), i)
              .containsExactly(own, offset(1e-6f * Math.max(1, largest)));
          assertThat(together.get(2 * t + i).logits()).isEqualTo(alone.get(i).logits());
        }
      }
    }
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  private static void assertClose(NDArray found, float[][] expected, float tolerance) {
    float[] values = found.toFloatArray();
    int width = expected[0].length;
    assertThat(values).hasSize(expected.length * width);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isCloseTo(expected[i / width][i % width], within(tolerance));
    }
  }

  /** The mean of each column of a gradient, in thousandths. */
  private static void assertColumns(NDArray gradient, float[][] expected) {
    float[] values = gradient.toFloatArray();
    float largest = 0;
    for (float[] row : expected) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    assertThat(largest).isPositive();
    for (int c = 0; c < 3; c++) {
      for (int x = 0; x < WIDTH; x++) {
        double sum = 0;
        for (int y = 0; y < HEIGHT; y++) {
          sum += values[(c * HEIGHT + y) * WIDTH + x];
        }
        assertThat(1e3 * sum / HEIGHT).isCloseTo(expected[c][x], within(2e-3 * largest + 1e-5));
      }
    }
  }
}
