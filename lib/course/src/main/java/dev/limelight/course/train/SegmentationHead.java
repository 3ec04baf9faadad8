package dev.limelight.course.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Turns features (N, C, h, w) into a logit for each class and pixel, (N, K, h s, w s): each cell
 * gives those of its s by s pixels (Shi et al. 2016). DJL's transposed convolution has the wrong
 * shape of weights on MXNet.
 */
final class SegmentationHead extends AbstractBlock {

  private static final byte VERSION = 1;

  private final int classes;
  private final int stride;
  private final Block hidden;
  private final Block pixels;

  SegmentationHead(int classes, int channels, int stride) {
    super(VERSION);
    this.classes = classes;
    this.stride = stride;
    hidden = addChildBlock("hidden", Networks.rectified(channels, 1, 1));
    pixels =
        addChildBlock(
            "pixels",
            Conv2d.builder()
                .setKernelShape(new Shape(1, 1))
                .setFilters(classes * stride * stride)
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray all =
        pixels.forward(store, hidden.forward(store, inputs, training), training).singletonOrThrow();
    Shape shape = all.getShape();
    long n = shape.get(0);
    long h = shape.get(2);
    long w = shape.get(3);
    NDArray split = all.reshape(n, classes, stride, stride, h, w).transpose(0, 1, 4, 2, 5, 3);
    return new NDList(split.reshape(n, classes, h * stride, w * stride));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    hidden.initialize(manager, type, inputs);
    pixels.initialize(manager, type, hidden.getOutputShapes(inputs));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape shape = inputs[0];
    return new Shape[] {
      new Shape(shape.get(0), classes, shape.get(2) * stride, shape.get(3) * stride)
    };
  }
}
