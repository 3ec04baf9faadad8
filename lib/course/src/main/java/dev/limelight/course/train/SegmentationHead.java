package dev.limelight.course.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** Turns features (N, C, h, w) into a logit for each class and pixel, (N, K, h s, w s). */
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
            Conv2dTranspose.builder()
                .setKernelShape(new Shape(stride, stride))
                .optStride(new Shape(stride, stride))
                .setFilters(classes)
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return pixels.forward(store, hidden.forward(store, inputs, training), training);
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
