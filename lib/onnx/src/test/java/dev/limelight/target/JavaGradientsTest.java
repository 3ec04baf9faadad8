package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.Gradients;
import dev.limelight.model.block.BlockBackend;
import dev.limelight.onnx.array.JavaAutograd;
import dev.limelight.onnx.array.JavaManager;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores of plain Java arrays, and their gradients, are PyTorch's. */
class JavaGradientsTest {

  private static final Shape FOUR = new Shape(3, 4);

  /** A score of an output. */
  record Case(String name, Shape output, Function<NDArray, NDArray> score) {
    @Override
    public String toString() {
      return name + " of " + output;
    }
  }

  static Stream<Case> targets() {
    return TargetKindsTest.kinds()
        .map(kind -> new Case(kind.target().toString(), kind.output(), kind.target()::score));
  }

  private static Case of(String name, Function<NDArray, NDArray> score) {
    return new Case(name, FOUR, score);
  }

  /** What a user may write. */
  static Stream<Case> functions() {
    int[] rows = {1};
    Shape places = new Shape(3, 4, 2, 3);
    return Stream.of(
        of("the mean of a row", z -> z.mean(rows)),
        of("the largest", z -> z.max(rows)),
        of("the smallest", z -> z.min(rows)),
        of("the length", z -> z.norm(rows)),
        of("a power", z -> z.abs().add(1).pow(1.5).sum(rows)),
        of("an exponential", z -> z.exp().sum(rows).log()),
        of("a quotient", z -> z.get(":, 0").div(z.get(":, 1").square().add(1))),
        of("what is left of a clip", z -> z.clip(-1, 1).sum(rows)),
        of("the larger of two", z -> z.get(":, 0").maximum(z.get(":, 1"))),
        of("the smaller of two", z -> z.get(":, 0").minimum(z.get(":, 1"))),
        of("two used twice", z -> z.get(":, 0").mul(z.get(":, 0")).add(z.get(":, 1").neg())),
        of("every second", z -> z.get(":, ::2").sum(rows)),
        of("less its mean", z -> z.sub(z.mean(rows, true)).square().sum(rows)),
        of("of the picture before", z -> z.flip(0).mul(z).sum(rows)),
        of("a product of matrices", z -> z.matMul(z.transpose()).sum(rows)),
        of("repeated", z -> z.repeat(1, 2).mul(z.repeat(1, 2)).sum(rows)),
        of("joined", z -> z.concat(z.mul(2), 1).square().sum(rows)),
        of("stacked", z -> z.stack(z.exp(), 1).sum(new int[] {1, 2})),
        of("a curve", z -> z.tanh().add(z.sin()).sub(z.cos()).sum(rows)),
        of("a sigmoid", z -> z.getNDArrayInternal().sigmoid().sum(rows)),
        of("a ReLU", z -> z.getNDArrayInternal().relu().square().sum(rows)),
        of("turned around", z -> z.getNDArrayInternal().rsub(1).square().sum(rows)),
        of("where it is large", z -> z.mul(z.gt(0.5)).sum(rows)),
        of("a softmax over all", z -> z.flatten().softmax(0).reshape(3, 4).square().sum(rows)),
        new Case(
            "the mean of places",
            places,
            z -> z.mean(new int[] {2}).mean(new int[] {2}).softmax(1).get(":, 2")),
        new Case(
            "places turned",
            places,
            z -> z.transpose(0, 2, 3, 1).reshape(3, -1).get(":, 3:9").square().sum(rows)));
  }

  static Stream<Case> all() {
    return Stream.concat(targets(), functions());
  }

  @ParameterizedTest
  @MethodSource("all")
  void scoresAndGradientsAreThoseOfPyTorch(Case each) {
    Random random = new Random(5);
    float[] values = new float[(int) each.output().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextGaussian());
    }
    Autograd torch = BlockBackend.of(EngineName.PYTORCH).orElseThrow().autograd();
    try (NDManager theirs = NDManager.newBaseManager("PyTorch");
        NDManager ours = JavaManager.within(EngineName.ONNX_RUNTIME.engine().newBaseManager())) {
      NDArray expected = theirs.create(values, each.output());
      NDArray actual = ours.from(expected);
      close(each.score().apply(actual), each.score().apply(expected));
      Gradients own = gradients(new JavaAutograd(), actual, each);
      Gradients other = gradients(torch, expected, each);
      assertThat(own.logits().toFloatArray()).containsExactly(values);
      close(own.perScore().get(0), other.perScore().get(0));
      close(own.perScore().get(1), other.perScore().get(1));
    }
  }

  /** The score, and twice the score from the same recording. */
  private static Gradients gradients(Autograd autograd, NDArray output, Case each) {
    return autograd.gradients(
        new Cut(output, new NDList()),
        Cut::activations,
        z -> new NDList(each.score().apply(z), each.score().apply(z).mul(2)));
  }

  private static void close(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float[] wanted = expected.toFloatArray();
    float[] found = actual.toFloatArray();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], within(1e-5f * Math.max(1, Math.abs(wanted[i]))));
    }
  }
}
