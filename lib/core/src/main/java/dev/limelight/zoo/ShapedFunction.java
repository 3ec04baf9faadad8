package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
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

  /**
   * @param shape the shape of the output for that of the input
   */
  static ShapedFunction of(
      UnaryOperator<NDArray> function, String name, UnaryOperator<Shape> shape) {
    return new ShapedFunction(function, name, shape);
  }

  static ShapedFunction relu() {
    return new ShapedFunction(array -> array.getNDArrayInternal().relu(), "ReLU", each -> each);
  }

  static ShapedFunction relu6() {
    return new ShapedFunction(array -> array.clip(0, 6), "ReLU6", each -> each);
  }

  static ShapedFunction gelu() {
    return new ShapedFunction(Activation::gelu, "GELU", each -> each);
  }

  static ShapedFunction identity() {
    return new ShapedFunction(array -> array, "identity", each -> each);
  }

  /** From (N, C, H, W) to (N, C). */
  static ShapedFunction averagePool() {
    return new ShapedFunction(Pool::globalAvgPool2d, "globalAvgPool2d", each -> each.slice(0, 2));
  }

  /** The maximum of square windows; the part of a window beyond the last row does not count. */
  static ShapedFunction maxPool(int side, int stride, int padding) {
    Shape window = new Shape(side, side);
    Shape step = new Shape(stride, stride);
    Shape edge = new Shape(padding, padding);
    UnaryOperator<Shape> shape =
        each ->
            each.slice(0, 2)
                .add((each.get(2) + 2L * padding - side) / stride + 1)
                .add((each.get(3) + 2L * padding - side) / stride + 1);
    return new ShapedFunction(
        array -> Pool.maxPool2d(array, window, step, edge, false), "maxPool2d", shape);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return Arrays.stream(inputs).map(shape).toArray(Shape[]::new);
  }
}
