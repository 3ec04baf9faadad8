package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import dev.limelight.image.Mask;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of target against its formula in doubles. */
class TargetKindsTest {

  private static final List<String> LABELS = List.of("cat", "dog", "bird", "fish");
  private static final List<String> TWO = List.of("cat", "dog");
  private static final float[] REFERENCE = {1, -2, 0.5f, 3};

  /** A target, its formula, and its gradient by differences of the formula. */
  record Kind(Target target, Shape output, String unit, boolean linear, Formula formula) {
    @Override
    public String toString() {
      return target + " of " + output;
    }
  }

  /** From one picture's output to its score. */
  interface Formula {
    double of(double[] z);
  }

  static Stream<Kind> kinds() {
    Shape four = new Shape(3, 4);
    Shape one = new Shape(3, 1);
    Shape places = new Shape(3, 4, 2, 3);
    boolean[] cells = {true, false, true, false, false, true};
    Mask mask = new Mask(3, 2, cells);
    return Stream.of(
            new Kind(Target.top(), four, "logit", true, TargetKindsTest::max),
            new Kind(Target.not(2), four, "logit", true, z -> -z[2]),
            new Kind(Target.not("dog"), four, "logit", true, z -> -z[1]),
            new Kind(Target.not(Target.top()), four, "logit", true, z -> -max(z)),
            new Kind(Target.difference(0, 3), four, "logit", true, z -> z[0] - z[3]),
            new Kind(Target.difference("fish", "cat"), four, "logit", true, z -> z[3] - z[0]),
            new Kind(
                Target.difference(Target.probability(0), Target.of(1)),
                four,
                "score",
                false,
                z -> softmax(z)[0] - z[1]),
            new Kind(Target.all("cat", "bird"), four, "logit", true, z -> z[0] + z[2]),
            new Kind(
                Target.all(Target.probability(0), Target.probability(1), Target.probability(2)),
                four,
                "probability",
                false,
                z -> 1 - softmax(z)[3]),
            new Kind(Target.probability("bird"), four, "probability", false, z -> softmax(z)[2]),
            new Kind(
                Target.probability(Target.top()), four, "probability", false, z -> max(softmax(z))),
            new Kind(
                Target.logProbability(1),
                four,
                "log-probability",
                false,
                z -> Math.log(softmax(z)[1])),
            new Kind(Target.probability(0), one, "probability", false, z -> sigmoid(z[0])),
            new Kind(
                Target.probability(Target.binary(true)),
                one,
                "probability",
                false,
                z -> sigmoid(z[0])),
            new Kind(
                Target.probability(Target.binary(false)),
                one,
                "probability",
                false,
                z -> sigmoid(-z[0])),
            new Kind(
                Target.probability(0).resolve(TWO), one, "probability", false, z -> sigmoid(-z[0])),
            new Kind(
                Target.logProbability("dog").resolve(TWO),
                one,
                "log-probability",
                false,
                z -> Math.log(sigmoid(z[0]))),
            new Kind(
                Target.probability(Target.top()).resolve(TWO),
                one,
                "probability",
                false,
                z -> sigmoid(Math.abs(z[0]))),
            new Kind(Target.output(2), four, "output", true, z -> z[2]),
            new Kind(Target.output(0), one, "output", true, z -> z[0]),
            new Kind(
                Target.function(z -> z.mul(z).sum(new int[] {1}), "square"),
                four,
                "score",
                false,
                z -> z[0] * z[0] + z[1] * z[1] + z[2] * z[2] + z[3] * z[3]),
            new Kind(
                Target.inside("dog", mask), places, "logit", true, z -> z[6] + z[6 + 2] + z[6 + 5]),
            new Kind(
                Target.inside(Target.binary(false), mask),
                new Shape(3, 1, 2, 3),
                "logit",
                true,
                z -> -z[0] - z[2] - z[5]),
            new Kind(
                Target.similarity(REFERENCE, "reference"),
                four,
                "cosine similarity",
                false,
                TargetKindsTest::cosine))
        .map(
            kind ->
                new Kind(
                    kind.output.get(1) == 4 ? kind.target.resolve(LABELS) : kind.target,
                    kind.output,
                    kind.unit,
                    kind.linear,
                    kind.formula));
  }

  private static double max(double[] z) {
    return Stream.of(box(z)).mapToDouble(v -> v).max().orElseThrow();
  }

  private static Double[] box(double[] z) {
    Double[] all = new Double[z.length];
    for (int i = 0; i < z.length; i++) {
      all[i] = z[i];
    }
    return all;
  }

  private static double[] softmax(double[] z) {
    double[] p = new double[z.length];
    double sum = 0;
    for (double value : z) {
      sum += Math.exp(value - max(z));
    }
    for (int i = 0; i < z.length; i++) {
      p[i] = Math.exp(z[i] - max(z)) / sum;
    }
    return p;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double cosine(double[] z) {
    double along = 0;
    double own = 0;
    double other = 0;
    for (int i = 0; i < z.length; i++) {
      along += z[i] * REFERENCE[i];
      own += z[i] * z[i];
      other += (double) REFERENCE[i] * REFERENCE[i];
    }
    return along / Math.sqrt(own * other);
  }

  /** Three pictures' outputs. */
  private static double[][] outputs(Shape shape, long seed) {
    Random random = new Random(seed);
    double[][] all = new double[3][(int) (shape.size() / 3)];
    for (double[] one : all) {
      for (int i = 0; i < one.length; i++) {
        one[i] = (float) (3 * random.nextGaussian());
      }
    }
    return all;
  }

  private static NDArray array(NDManager manager, double[][] outputs, Shape shape) {
    float[] values = new float[(int) shape.size()];
    int place = 0;
    for (double[] one : outputs) {
      for (double value : one) {
        values[place++] = (float) value;
      }
    }
    return manager.create(values, shape);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theScoreIsItsFormula(Kind kind) {
    for (String engine : List.of("MXNet", "PyTorch")) {
      for (long seed = 0; seed < 5; seed++) {
        try (NDManager manager = NDManager.newBaseManager(engine)) {
          double[][] outputs = outputs(kind.output, seed);
          NDArray output = array(manager, outputs, kind.output);
          NDArray score = kind.target.score(output);
          assertThat(score.getShape()).isEqualTo(new Shape(3));
          float[] found = score.toFloatArray();
          for (int i = 0; i < 3; i++) {
            double wanted = kind.formula.of(outputs[i]);
            assertThat((double) found[i]).isCloseTo(wanted, within(1e-5 * (1 + Math.abs(wanted))));
            NDArray alone = output.get(i + ":" + (i + 1));
            assertThat(kind.target.of(i, output).score(alone).toFloatArray()[0])
                .as("pinned")
                .isCloseTo(found[i], within(1e-5f));
          }
          assertThat(kind.target.classes(output)).hasSize(3);
          assertThat(kind.target.unit()).isEqualTo(kind.unit);
          assertThat(kind.target.linear()).isEqualTo(kind.linear);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theGradientIsThatOfTheFormula(Kind kind) {
    for (String engine : List.of("MXNet", "PyTorch")) {
      try (Model model = passing(engine, kind.output);
          SplitModel split = SplitModel.of(model, LayerPath.of("01Conv2d"));
          NDManager scope = model.getNDManager().newSubManager()) {
        double[][] outputs = outputs(kind.output, 7);
        NDArray output = array(scope, outputs, kind.output);
        NDArray leaf = kind.output.dimension() == 4 ? output : output.reshape(3, -1, 1, 1);
        // The same twice, as several targets share one recording.
        Gradients gradients =
            split.gradients(
                new Cut(leaf, new NDList()),
                z -> new NDList(kind.target.score(z), kind.target.of(0, output).score(z)));
        float[] found = gradients.perScore().get(0).toFloatArray();
        float[] pinned = gradients.perScore().get(1).toFloatArray();
        int size = outputs[0].length;
        for (int i = 0; i < 3; i++) {
          for (int k = 0; k < size; k++) {
            double wanted = difference(kind.formula, outputs[i], k);
            assertThat((double) found[i * size + k]).isCloseTo(wanted, within(1e-4));
            if (i == 0) {
              assertThat((double) pinned[k]).isCloseTo(wanted, within(1e-4));
            }
          }
        }
      }
    }
  }

  private static double difference(Formula formula, double[] at, int k) {
    double[] up = at.clone();
    double[] down = at.clone();
    up[k] += 1e-5;
    down[k] -= 1e-5;
    return (formula.of(up) - formula.of(down)) / 2e-5;
  }

  /** A network whose head hands on what it gets. */
  private static Model passing(String engine, Shape output) {
    boolean places = output.dimension() == 4;
    int channels = (int) output.get(1);
    SequentialBlock net = new SequentialBlock().add(pointwise(channels));
    net.add(places ? pointwise(channels) : Blocks.batchFlattenBlock());
    Model model = Model.newInstance("passing", engine);
    model.setBlock(net);
    Shape input = new Shape(1, 3, places ? output.get(2) : 1, places ? output.get(3) : 1);
    net.initialize(model.getNDManager(), DataType.FLOAT32, input);
    if (places) {
      float[] identity = new float[channels * channels];
      for (int i = 0; i < channels; i++) {
        identity[i * channels + i] = 1;
      }
      net.getChildren().get(1).getValue().getParameters().get("weight").getArray().set(identity);
    }
    return model;
  }

  private static Conv2d pointwise(int channels) {
    return Conv2d.builder()
        .setKernelShape(new Shape(1, 1))
        .setFilters(channels)
        .optBias(false)
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void probabilitiesAreStableAndSumToOne(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      NDArray wide = manager.create(new float[] {1000, -1000, 990, 0}, new Shape(1, 4));
      assertThat(Target.logProbability(1).score(wide).toFloatArray()[0])
          .isCloseTo(-2000, within(1e-3f));
      assertThat(Target.probability(0).score(wide).toFloatArray()[0])
          .isCloseTo((float) (1 / (1 + Math.exp(-10))), within(1e-6f));
      for (float z : new float[] {-500, -3, 0, 0.25f, 90}) {
        NDArray unit = manager.create(new float[] {z}, new Shape(1, 1));
        float yes = Target.probability(Target.binary(true)).score(unit).toFloatArray()[0];
        float no = Target.probability(Target.binary(false)).score(unit).toFloatArray()[0];
        assertThat(yes + no).isCloseTo(1, within(1e-6f));
        assertThat(Target.logProbability(Target.binary(true)).score(unit).toFloatArray()[0])
            .isCloseTo((float) -softplus(-z), within(1e-5f * Math.max(1, Math.abs(z))));
      }
    }
  }

  private static double softplus(double z) {
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void whatDependsOnThePredictionIsPinned(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      NDArray before = manager.create(new float[] {1, 5, -2, 7, 3, 6.5f}, new Shape(2, 3));
      NDArray after = manager.create(new float[] {9, 2, 4}, new Shape(1, 3));
      assertThat(pinned(Target.not(Target.top()), before, after)).containsExactly(-2, -9);
      assertThat(pinned(Target.difference(Target.top(), Target.of(2)), before, after))
          .containsExactly(-2, 5);
      assertThat(pinned(Target.all(Target.top(), Target.each(2, 1)), before, after))
          .containsExactly(6, 11);
      assertThat(Target.not(Target.top()).classes(before)).containsExactly(-1, -1);
      assertThat(Target.probability(Target.top()).classes(before)).containsExactly(1, 0);
    }
  }

  private static float[] pinned(Target target, NDArray before, NDArray after) {
    float[] scores = new float[2];
    for (int i = 0; i < 2; i++) {
      scores[i] = target.of(i, before).score(after).toFloatArray()[0];
    }
    return scores;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void whatCannotBeIsRefusedInOneSentence(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      NDArray four = array(manager, outputs(new Shape(3, 4), 0), new Shape(3, 4));
      Shape segmentation = new Shape(3, 4, 2, 3);
      NDArray places = array(manager, outputs(segmentation, 0), segmentation);
      Mask mask = new Mask(2, 2, new boolean[4]);
      refused(() -> Target.top().score(places), "(3, 4, 2, 3)", "Target.inside(class, mask)");
      refused(() -> Target.of(1).classes(places), "Target.inside(class, mask)");
      refused(() -> Target.output(1).score(places), "Target.inside(class, mask)");
      refused(() -> Target.inside(1, mask).score(four), "choose the class itself");
      refused(() -> Target.inside(1, mask).score(places), "2x2 pixels", "3x2");
      refused(() -> Target.inside(Target.top(), mask), "by its index or label");
      refused(() -> Target.output(4).score(four), "4 outputs; choose 0 to 3");
      refused(() -> Target.probability(Target.not(1)), "but got not(1)");
      refused(() -> Target.all(new Target[0]), "but got none");
      refused(() -> Target.similarity(new float[] {1}, "r").score(four), "'r' has 1 numbers");
      refused(() -> Target.similarity(new float[4], "r"), "has a direction");
      refused(() -> Target.function(z -> z, "all of it").score(four), "'all of it'", "(3)");
    }
  }

  private static void refused(ThrowingCallable work, String... why) {
    assertThatThrownBy(work)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(why);
  }
}
