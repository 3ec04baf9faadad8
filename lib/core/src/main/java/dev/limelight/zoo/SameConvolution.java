package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.LayoutType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.limelight.model.block.RecordedArithmetic;
import java.util.List;

/**
 * A convolution without bias, padded as TensorFlow pads ("same"): the output is the input divided
 * by the stride, rounded up, and where the padding is uneven, right and bottom get the larger half.
 */
final class SameConvolution extends Convolution {

  /** The first row and the first column of a kernel. */
  private static final List<NDIndex> FIRST =
      List.of(new NDIndex(":, :, :1, :"), new NDIndex(":, :, :, :1"));

  SameConvolution(int filters, int kernel, int stride, int groups) {
    super(
        Conv2d.builder()
            .setFilters(filters)
            .setKernelShape(new Shape(kernel, kernel))
            .optStride(new Shape(stride, stride))
            .optPadding(new Shape(kernel / 2, kernel / 2))
            .optGroups(groups)
            .optBias(false));
  }

  @Override
  protected LayoutType[] getExpectedLayout() {
    return new LayoutType[] {
      LayoutType.BATCH, LayoutType.CHANNEL, LayoutType.HEIGHT, LayoutType.WIDTH
    };
  }

  @Override
  protected String getStringLayout() {
    return "NCHW";
  }

  @Override
  protected int numDimensions() {
    return 4;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray input = inputs.singletonOrThrow();
    NDArray kernel = store.getValue(weight, input.getDevice(), training);
    // Even padding starts a window one pixel early where the input is even and the stride is two. A
    // kernel with zeros in front takes that pixel out again: MXNet has no uneven padding, and to
    // pad
    // or crop the pictures instead costs copies of them and keeps MXNet from fusing.
    for (int axis = 2; axis < 4; axis++) {
      if (stride.get(axis - 2) == 2 && input.getShape().get(axis) % 2 == 0) {
        NDArray zeros = RecordedArithmetic.mul(kernel.get(FIRST.get(axis - 2)), 0);
        kernel = zeros.concat(kernel, axis);
      }
    }
    return input
        .getNDArrayInternal()
        .convolution(input, kernel, null, stride, padding, dilation, groups);
  }
}
