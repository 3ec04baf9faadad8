package dev.limelight.course.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.limelight.array.NativeArrays;
import java.util.function.Supplier;

/**
 * Turns features (N, C, h, w) into boxes (N, h w, 5 + K): centre, width and height in pixels of the
 * input, the probability of an object, and that of each class. A sigmoid gives each number. The
 * centre is within its own cell or one of those around it, and the size at most that of the input.
 */
final class DetectionHead extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final int BOX = 4;

  private final int side;
  private final int grid;
  private final int values;
  private final Block hidden;
  private final Block raw;
  // Parameters, for a graph on MXNet knows no other arrays.
  private final Parameter scale;
  private final Parameter origin;

  DetectionHead(int side, int grid, int classes, int channels) {
    super(VERSION);
    this.side = side;
    this.grid = grid;
    values = BOX + 1 + classes;
    hidden =
        addChildBlock(
            "hidden",
            new SequentialBlock()
                .add(Networks.rectified(channels, 1, 1))
                .add(Networks.rectified(channels, 1, 1)));
    raw =
        addChildBlock(
            "raw", Conv2d.builder().setKernelShape(new Shape(1, 1)).setFilters(values).build());
    scale = addParameter(constant("scale", new Shape(1, values, 1, 1), this::scales));
    origin = addParameter(constant("origin", new Shape(1, values, grid, grid), this::origins));
  }

  private static Parameter constant(String name, Shape shape, Supplier<float[]> values) {
    return Parameter.builder()
        .setName(name)
        .setType(Parameter.Type.OTHER)
        .optRequiresGrad(false)
        .optShape(shape)
        .optInitializer((manager, of, type) -> NativeArrays.of(manager, values.get(), of))
        .build();
  }

  private float[] scales() {
    float cell = (float) side / grid;
    float[] scales = new float[values];
    for (int c = 0; c < values; c++) {
      scales[c] = c < 2 ? 3 * cell : c < BOX ? side : 1;
    }
    return scales;
  }

  private float[] origins() {
    float cell = (float) side / grid;
    float[] origins = new float[values * grid * grid];
    for (int i = 0; i < grid * grid; i++) {
      origins[i] = (i % grid - 1) * cell;
      origins[grid * grid + i] = (i / grid - 1) * cell;
    }
    return origins;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray features = inputs.singletonOrThrow();
    NDList grown = hidden.forward(store, new NDList(features), training);
    NDArray all = Activation.sigmoid(raw.forward(store, grown, training).singletonOrThrow());
    NDArray boxes =
        all.mul(store.getValue(scale, features.getDevice(), training))
            .add(store.getValue(origin, features.getDevice(), training));
    long n = features.getShape().get(0);
    return new NDList(boxes.reshape(n, values, -1).transpose(0, 2, 1));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    hidden.initialize(manager, type, inputs);
    raw.initialize(manager, type, hidden.getOutputShapes(inputs));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape shape = inputs[0];
    return new Shape[] {new Shape(shape.get(0), shape.get(2) * shape.get(3), values)};
  }
}
