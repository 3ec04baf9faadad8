package dev.limelight.onnx.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.EngineName;
import dev.limelight.support.UnsupportedException;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plain Java arrays compute what PyTorch's do. */
class JavaArrayTest {

  private final NDManager theirs = NDManager.newBaseManager("PyTorch");
  private final NDManager ours =
      JavaManager.within(EngineName.ONNX_RUNTIME.engine().newBaseManager());

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
  }

  private NDArray random(long seed, Shape shape) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return theirs.create(values, shape);
  }

  private static void same(NDArray actual, NDArray expected) {
    assertThat(actual).isInstanceOf(JavaArray.class);
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.getDataType()).isEqualTo(expected.getDataType());
    float[] found = actual.toType(DataType.FLOAT32, false).toFloatArray();
    float[] wanted = expected.toType(DataType.FLOAT32, false).toFloatArray();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], within(1e-5f * Math.max(1, Math.abs(wanted[i]))));
    }
  }

  static Stream<Arguments> shapes() {
    Shape maps = new Shape(2, 3, 4, 5);
    return Stream.of(
            maps,
            new Shape(2, 3, 1, 1),
            new Shape(2, 1, 4, 5),
            new Shape(1, 3, 4, 5),
            new Shape(2, 1, 1, 1),
            new Shape(1, 3, 1, 5),
            new Shape(3, 4, 5),
            new Shape(5),
            new Shape(1),
            new Shape())
        .flatMap(other -> Stream.of(Arguments.of(maps, other), Arguments.of(other, maps)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void operandsAreBroadcast(Shape left, Shape right) {
    NDArray a = random(1, left);
    NDArray b = random(2, right);
    Stream.<BinaryOperator<NDArray>>of(
            NDArray::add,
            NDArray::sub,
            NDArray::mul,
            NDArray::div,
            NDArray::maximum,
            NDArray::minimum,
            (x, y) -> x.abs().pow(y),
            NDArray::gt,
            NDArray::gte,
            NDArray::lt,
            NDArray::lte,
            NDArray::eq,
            NDArray::neq)
        .forEach(each -> same(each.apply(ours.from(a), ours.from(b)), each.apply(a, b)));
  }

  @Test
  void productsOfOneOuterAndOneInnerDimension() {
    NDArray masks = random(3, new Shape(6, 1, 70, 70));
    NDArray picture = random(4, new Shape(1, 3, 70, 70));
    same(ours.from(masks).mul(ours.from(picture)), masks.mul(picture));
  }

  @Test
  void oneArrayGivesWhatPyTorchGives() {
    NDArray x = random(5, new Shape(2, 3, 4, 5));
    Stream.<UnaryOperator<NDArray>>of(
            z -> z.sum(),
            z -> z.sum(new int[] {1}),
            z -> z.sum(new int[] {2, 3}),
            z -> z.sum(new int[] {0, 2}, true),
            z -> z.sum(new int[] {-1}, true),
            z -> z.sum(new int[] {0, 1, 2, 3}),
            z -> z.mean(new int[] {2}, true),
            z -> z.mean(),
            z -> z.max(),
            z -> z.min(),
            z -> z.max(new int[] {1}),
            z -> z.max(new int[] {2}, true),
            z -> z.min(new int[] {0}, true),
            z -> z.argMax(1),
            z -> z.argMax(3),
            z -> z.argMax(),
            z -> z.argMin(2),
            z -> z.softmax(1),
            z -> z.logSoftmax(-1),
            z -> z.argMax(1).oneHot(3, DataType.FLOAT32),
            z -> z.add(1).sub(2).mul(3).div(4),
            z -> z.gt(0).toType(DataType.FLOAT32, false).mul(2),
            z -> z.gt(0).toType(DataType.INT64, false),
            z -> z.mul(100).toType(DataType.INT32, false),
            z -> z.neg().abs().sqrt().add(1).log().exp(),
            z -> z.sign().add(z.floor()).add(z.ceil()).add(z.mul(2).round()),
            z -> z.maximum(0).minimum(0.5),
            z -> z.reshape(6, -1),
            z -> z.reshape(-1),
            z -> z.flatten(),
            z -> z.expandDims(0),
            z -> z.expandDims(-1),
            z -> z.expandDims(2).squeeze(2),
            z -> z.transpose(),
            z -> z.transpose(0, 2, 3, 1),
            z -> z.transpose(0, 1, 3, 2),
            z -> z.swapAxes(1, 3),
            z -> z.flip(3),
            z -> z.flip(1, 2),
            z -> z.get("0:1"),
            z -> z.get(1),
            z -> z.get(1, 2),
            z -> z.get(":, 1"),
            z -> z.get(":, 1:"),
            z -> z.get(":, :2"),
            z -> z.get("..., -1"),
            z -> z.get(":, :, ::2, 1:4"),
            z -> z.get("0:1").repeat(0, 4),
            z -> z.repeat(2, 3),
            z -> z.sum(new int[] {2, 3}, true).broadcast(new Shape(2, 3, 4, 5)),
            z -> z.zerosLike(),
            z -> z.onesLike(),
            z -> z.duplicate(),
            z -> z.stopGradient(),
            z -> z.addi(z.mul(2)).divi(3).muli(z).subi(1),
            z -> NDArrays.concat(new NDList(z, z.mul(2)), 1),
            z -> NDArrays.concat(new NDList(z, z.mul(2), z)),
            z -> NDArrays.stack(new NDList(z, z.mul(2))),
            z -> NDArrays.stack(new NDList(z, z.mul(2)), 2),
            z -> z.getNDArrayInternal().relu(),
            z -> z.getNDArrayInternal().rdiv(2),
            z -> z.getManager().zeros(new Shape(2, 2)).add(z.getManager().ones(new Shape(2))))
        .forEach(each -> same(each.apply(ours.from(x)), each.apply(x.duplicate())));
  }

  @Test
  void matricesAreMultiplied() {
    Stream.of(
            new Shape[] {new Shape(7, 5), new Shape(5, 3)},
            new Shape[] {new Shape(2, 7, 5), new Shape(2, 5, 3)},
            new Shape[] {new Shape(2, 7, 5), new Shape(5, 3)},
            new Shape[] {new Shape(4, 1, 7, 5), new Shape(2, 5, 3)})
        .forEach(
            shapes -> {
              NDArray a = random(6, shapes[0]);
              NDArray b = random(7, shapes[1]);
              same(ours.from(a).matMul(ours.from(b)), a.matMul(b));
            });
  }

  @Test
  void otherTypesAreKept() {
    NDArray whole = theirs.create(new long[] {1L << 40, 2, 3, 4}, new Shape(2, 2));
    NDArray moved = ours.from(whole).transpose();
    assertThat(moved.toLongArray()).containsExactly(1L << 40, 3, 2, 4);
    NDArray truth = ours.from(theirs.create(new boolean[] {true, false}));
    assertThat(truth.toBooleanArray()).containsExactly(true, false);
    NDArray half = theirs.create(new float[] {0.5f, 3}).toType(DataType.FLOAT16, false);
    assertThat(ours.from(half).toType(DataType.FLOAT32, false).toFloatArray())
        .containsExactly(0.5f, 3);
    assertThat(NDArray.decode(ours, half.encode()).getDataType()).isEqualTo(DataType.FLOAT16);
  }

  @Test
  void whatIsMissingIsRefusedByItsName() {
    NDArray array = ours.from(random(8, new Shape(2, 3)));
    refused(() -> array.cumSum(0), "cumSum is not among");
    refused(() -> array.sort(), "sort is not among");
    refused(() -> array.topK(1, 1), "topK is not among");
    refused(() -> array.getNDArrayInternal().gelu(), "gelu is not among");
    refused(() -> array.argMax(1).add(1), "add of int64 is not among");
    refused(() -> array.get(array.gt(0)), "is not among");
  }

  private static void refused(Runnable work, String why) {
    assertThatThrownBy(work::run)
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("add ai.djl.pytorch:pytorch-engine to the class path");
  }

  @Test
  void aClosedManagerFreesItsArrays() {
    NDManager scope = ours.newSubManager();
    NDArray kept = scope.ones(new Shape(2));
    NDArray freed = kept.mul(2);
    kept.attach(ours);
    scope.close();
    assertThat(kept.add(1).toFloatArray()).containsExactly(2, 2);
    assertThatThrownBy(() -> freed.add(1)).isInstanceOf(IllegalStateException.class);
    assertThat(ours.getManagedArrays()).hasSize(2);
  }
}
