package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.pooling.Pool;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A function of one array, and the shape that it gives. DJL runs other functions to learn their
 * shape, on its default engine, whose native library may be missing.
 */
final class ShapedFunction extends LambdaBlock {

  private final UnaryOperator<Shape> shape;

  private ShapedFunction(UnaryOperator<NDArray> function, String name, UnaryOperator<Shape> shape) {
    super(arrays -> new NDList(function.apply(arrays.singletonOrThrow())), name);
    this.shape = shape;
  }

  static ShapedFunction relu() {
    return new ShapedFunction(array -> array.getNDArrayInternal().relu(), "ReLU", each -> each);
  }

  static ShapedFunction relu6() {
    return new ShapedFunction(array -> array.clip(0, 6), "ReLU6", each -> each);
  }

  static ShapedFunction identity() {
    return new ShapedFunction(array -> array, "identity", each -> each);
  }

  /** From (N, C, H, W) to (N, C). */
  static ShapedFunction averagePool() {
    return new ShapedFunction(Pool::globalAvgPool2d, "globalAvgPool2d", each -> each.slice(0, 2));
  }

  /** The maximum of 3 x 3 places around every second one. */
  static ShapedFunction maxPool() {
    Shape two = new Shape(2, 2);
    Shape one = new Shape(1, 1);
    return new ShapedFunction(
        array -> Pool.maxPool2d(array, new Shape(3, 3), two, one, false),
        "maxPool2d",
        each -> each.slice(0, 2).add((each.get(2) - 1) / 2 + 1).add((each.get(3) - 1) / 2 + 1));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return Arrays.stream(inputs).map(shape).toArray(Shape[]::new);
  }
}
