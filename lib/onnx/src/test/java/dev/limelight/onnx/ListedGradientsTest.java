package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.cam.Odam;
import dev.limelight.detection.Box;
import dev.limelight.gradient.InputXGradient;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.Method;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.output.OutputReaders;
import dev.limelight.output.OutputShapes;
import dev.limelight.output.Reading;
import dev.limelight.perturb.DRise;
import dev.limelight.perturb.Occlusion;
import dev.limelight.relevance.Lrp;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gradients of what a graph lists after its own suppression. */
class ListedGradientsTest {

  private static final int SIDE = ListedBoxes.SIDE;
  private static final int PIXELS = SIDE * SIDE;
  private static final Shape PICTURE = new Shape(3, SIDE, SIDE);

  /** The boxes of each class that are listed whatever the picture of noise is. */
  private static final int[] LISTED = {0, 1, 2, 3, 4};

  @TempDir private Path folder;

  private static Explainer explainer(Path file, String reader) throws IOException {
    return Explainer.builder()
        .setModel(file)
        .optReader(reader)
        .optPreprocessing(Preprocessing.of(SIDE, SIDE))
        .load();
  }

  private Path moving(boolean suppressed) throws IOException {
    return ListedBoxes.writeMoving(folder.resolve(suppressed + ".onnx"), suppressed);
  }

  private Path plain() throws IOException {
    return ListedBoxes.write(folder.resolve("plain.onnx"), 1, 1, "boxes", "scores", "labels");
  }

  private static float[] noise(int seed, boolean blue) {
    Random random = new Random(seed);
    float[] values = new float[3 * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = i < 2 * PIXELS || blue ? random.nextFloat() : 0;
    }
    return values;
  }

  /** A box of the graph, which lies where its quarter's blue, all 0, has moved it. */
  private static Target box(int classIndex, int box) {
    Box one = ListedBoxes.BOXES.get(box);
    double moved = 1.5;
    Box now = new Box(one.left() + moved, one.top(), one.right() + moved, one.bottom());
    return Target.box(Target.of(classIndex), now.rectangle());
  }

  /** The same weights without suppression give each candidate a row. */
  @Test
  void theyAreThoseOfTheCandidateBeforeSuppression() throws IOException {
    List<Method> methods =
        List.of(
            new Saliency(),
            new InputXGradient(),
            new GradCam(),
            new LayerCam(),
            new Odam(),
            new IntegratedGradients(0, 8));
    float[][] pictures = {noise(1, false), noise(2, false)};
    List<Target> targets = new ArrayList<>();
    for (int j : LISTED) {
      targets.add(box(0, j));
      targets.add(box(1, j));
      targets.add(Target.left(box(0, j)));
      targets.add(Target.bottom(box(1, j)));
    }
    targets.add(Target.difference(box(0, 0), box(0, 1)));
    Question question = Question.of(2, i -> pictures[i]).methods(methods).targets(targets);
    try (Explainer listed = explainer(moving(true), OutputReaders.AUTO);
        Explainer all = explainer(moving(false), "ssd")) {
      List<Explanation> maps = listed.explain(question);
      List<Explanation> expected = all.explain(question);
      assertThat(maps).hasSize(2 * methods.size() * targets.size()).hasSameSizeAs(expected);
      for (int i = 0; i < maps.size(); i++) {
        assertThat(maps.get(i).map().values())
            .as("%s", maps.get(i))
            .containsExactly(expected.get(i).map().values(), offset(1e-6f));
      }
    }
  }

  /** The rules of relevance pass what picks a row. */
  @Test
  void relevanceIsThatOfTheCandidateToo() throws IOException {
    float[] picture = noise(6, false);
    Question question =
        Question.of(1, i -> picture)
            .methods(new Lrp("epsilon-plus"))
            .targets(List.of(box(0, 0), box(1, 3), box(0, 4)));
    try (Explainer listed = explainer(moving(true), OutputReaders.AUTO);
        Explainer all = explainer(moving(false), "ssd")) {
      List<Explanation> maps = listed.explain(question);
      List<Explanation> expected = all.explain(question);
      for (int i = 0; i < 3; i++) {
        assertThat(maps.get(i).map().max()).isGreaterThan(1e-4f);
        assertThat(maps.get(i).map().values())
            .containsExactly(expected.get(i).map().values(), offset(1e-6f));
      }
    }
  }

  /** Of scores and edges in a picture, by the network itself. */
  @Test
  void theyAreFiniteDifferences() throws IOException {
    NetworkChoice choice = NetworkChoice.NONE.withReader(OutputReaders.AUTO);
    try (Model model = ModelFile.of(moving(true)).load();
        Network network = Network.of(model, choice);
        NDManager scope = network.manager().newSubManager();
        SplitModel whole = network.whole()) {
      float[] noise = noise(3, true);
      NDArray output = output(whole, scope, noise);
      Reading reading =
          OutputReaders.of(
              new OutputShapes(
                  network.explainedOutputs(PICTURE), SIDE, SIDE, 0, output.toFloatArray()),
              OutputReaders.AUTO);
      List<Target> targets = new ArrayList<>();
      for (Target one : List.of(Target.box(0), Target.box(3), Target.left(Target.box(0)))) {
        targets.add(one.reading(reading).of(0, output));
      }
      NDArray x = NativeArrays.of(scope, noise, new Shape(1).addAll(PICTURE));
      List<NDArray> gradients =
          whole
              .gradients(
                  whole.features(x),
                  out -> new NDList(targets.stream().map(one -> one.score(out)).toList()))
              .perScore();
      float h = 1f / 64;
      for (int t = 0; t < targets.size(); t++) {
        float[] gradient = gradients.get(t).toFloatArray();
        double largest = 0;
        for (int i = 5; i < gradient.length; i += 31) {
          // The score is times the overlap with where the box was, which has a kink there.
          if (t < 2 && i >= 2 * PIXELS) {
            continue;
          }
          double[] scores = new double[2];
          for (int side = 0; side < 2; side++) {
            float[] changed = noise.clone();
            changed[i] += side == 0 ? -h : h;
            scores[side] = targets.get(t).score(output(whole, scope, changed)).toFloatArray()[0];
          }
          double slope = (scores[1] - scores[0]) / (2 * h);
          assertThat((double) gradient[i])
              .as("%d, value %d", t, i)
              .isCloseTo(slope, within(t < 2 ? 2e-5 : 2e-4));
          largest = Math.max(largest, Math.abs(slope));
        }
        assertThat(largest).as("target %d", t).isGreaterThan(1e-3);
      }
    }
  }

  private static NDArray output(SplitModel whole, NDManager scope, float[] picture) {
    NDArray x = NativeArrays.of(scope, picture, new Shape(1).addAll(PICTURE));
    return whole.head(whole.features(x));
  }

  /** On the way from black the box is listed once its score is above the file's limit. */
  @Test
  void whereTheBoxIsGoneTheyAreZero() throws IOException {
    float[] red = new float[3 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      red[p] = p / SIDE < SIDE / 2 && p % SIDE < SIDE / 2 ? 0.8f : 0;
    }
    try (Explainer explainer = explainer(plain(), OutputReaders.AUTO)) {
      Explanation map =
          explainer
              .explain(
                  Question.of(1, i -> red)
                      .methods(new IntegratedGradients(0, 16))
                      .targets(Target.box(0)))
              .get(0);
      // 0.8 (k + 0.5) / 16 > 0.2 from the fifth of 16 steps on.
      for (int p = 0; p < PIXELS; p++) {
        assertThat((double) map.map().values()[p])
            .isCloseTo(red[p] * 12 / 16 / (PIXELS / 4), within(1e-7));
      }
    }
  }

  /** From so many on, all boxes go through one session together. */
  @Test
  void manyBoxesTogetherAreThoseOfEachAlone() throws IOException {
    List<Target> targets = new ArrayList<>();
    for (int j : LISTED) {
      targets.add(box(0, j));
      targets.add(box(1, j));
    }
    float[] picture = noise(4, false);
    Question question = Question.of(1, i -> picture).methods(new Odam());
    try (Explainer explainer = explainer(moving(true), OutputReaders.AUTO)) {
      List<Explanation> first = explainer.explain(question.targets(targets));
      for (int round = 0; round < 8; round++) {
        List<Explanation> again = explainer.explain(question.targets(targets));
        for (int t = 0; t < targets.size(); t++) {
          assertThat(again.get(t).map().values())
              .containsExactly(first.get(t).map().values(), offset(1e-6f));
        }
      }
    }
  }

  @Test
  void edgesAreOfBoxesThatAreThere() throws IOException {
    float[] red = new float[3 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      red[p] = p / SIDE < SIDE / 2 && p % SIDE < SIDE / 2 ? 0.8f : 0;
    }
    Question question = Question.of(1, i -> red).targets(Target.left(Target.box(0)));
    try (Explainer explainer = explainer(plain(), OutputReaders.AUTO)) {
      assertThatThrownBy(() -> explainer.explain(question.methods(new Occlusion(8, 8, 0))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("lists no box of this class that overlaps the box by half")
          .hasMessageContaining("its left edge is nowhere; choose its score, box(0");
      assertThatThrownBy(() -> explainer.explain(question.methods(new DRise(20, 3, 0.5, 0))))
          .hasMessageContaining("one box of a detector can be explained so");
    }
  }

  @Test
  void anOperatorWithoutAGradientIsNamedWithWhatCanBeDone() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(plain()));
    GraphProto.Builder graph = model.getGraph().toBuilder();
    NodeProto rest =
        OnnxModels.node("Mod", "rest", List.of("candidates", "factors"), "rest").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder().setName("fmod").setType(AttributeType.INT).setI(1))
            .build();
    OnnxModels.insertBefore(graph, "suppression", rest);
    OnnxModels.edit(graph, "suppression", node -> node.setInput(1, "rest"));
    OnnxModels.edit(graph, "own scores", node -> node.setInput(0, "rest"));
    Path file = folder.resolve("rest.onnx");
    Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
    float[] picture = noise(5, false);
    try (Explainer explainer = explainer(file, OutputReaders.AUTO)) {
      for (Method method : List.of(new GradCam(), new Saliency())) {
        assertThatThrownBy(
                () ->
                    explainer.explain(
                        Question.of(1, i -> picture).methods(method).targets(Target.box(0))))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("no gradient of the operator Mod (node 'rest')")
            .hasMessageContaining("; use d-rise or another method that only asks for scores")
            .hasMessageContaining("before its NonMaxSuppression (docs/DETECTORS.md");
      }
    }
  }
}
