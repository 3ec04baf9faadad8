package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;

/** The blocks that several networks are built of, with PyTorch's defaults. */
final class Blocks {

  private Blocks() {}

  /** A convolution over square windows without padding, with a bias. */
  static Conv2d patches(int filters, int side) {
    Shape window = new Shape(side, side);
    return Conv2d.builder().setFilters(filters).setKernelShape(window).optStride(window).build();
  }

  /**
   * A convolution whose output is the input divided by the stride.
   *
   * @param kernel its side, an odd number
   */
  static Conv2d convolution(int filters, int kernel, int stride, int groups, boolean bias) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optGroups(groups)
        .optBias(bias)
        .build();
  }

  static Block batchNorm(double epsilon) {
    return BatchNorm.builder().optEpsilon((float) epsilon).optMomentum(0.9f).build();
  }

  /** A normalisation over the last dimension. */
  static Block layerNorm(int lastDimension, double epsilon) {
    return LayerNorm.builder().axis(lastDimension).optEpsilon((float) epsilon).build();
  }

  static Block linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  static Block gelu() {
    return ShapedFunction.gelu();
  }

  static Block relu() {
    return ShapedFunction.relu();
  }

  /** The sum of what a branch gives and its input. */
  static Block residual(Block branch) {
    return sum(branch, ShapedFunction.identity());
  }

  /** The sum of what two branches give for one input. */
  static Block sum(Block one, Block other) {
    return new JoinedBranches(one, other, NDArray::add);
  }

  /** The product of what a branch gives and its input. */
  static Block gated(Block branch) {
    // The shape is the input's: the gate has one number per channel.
    return new JoinedBranches(ShapedFunction.identity(), branch, (input, gate) -> input.mul(gate));
  }
}
