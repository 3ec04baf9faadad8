package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.limelight.model.block.RecordedArithmetic;

/** Self-attention of several heads over the tokens of (N, tokens, C). */
final class Attention extends AbstractBlock {

  private final int heads;
  private final Block qkv;
  private final Block projection;

  /**
   * Prepares the weights.
   *
   * @param width the channels, a multiple of the heads
   * @param bias whether queries, keys and values have a bias
   */
  Attention(int width, int heads, boolean bias) {
    this.heads = heads;
    qkv = Linear.builder().setUnits(3L * width).optBias(bias).build();
    projection = Blocks.linear(width);
    // Not addChildBlock, which numbers the names.
    children.add("qkv", qkv);
    children.add("proj", projection);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    Shape shape = inputs.singletonOrThrow().getShape();
    NDArray all = qkv.forward(store, inputs, training).singletonOrThrow();
    long width = shape.get(2);
    long head = width / heads;
    NDArray queries = RecordedArithmetic.mul(part(all, 0, shape), (float) (1 / Math.sqrt(head)));
    NDArray keys = part(all, 1, shape).transpose(0, 2, 1);
    NDArray weights = queries.matMul(keys).softmax(-1);
    NDArray mixed =
        weights
            .matMul(part(all, 2, shape))
            .reshape(shape.get(0), heads, shape.get(1), head)
            .transpose(0, 2, 1, 3)
            .reshape(shape);
    return projection.forward(store, new NDList(mixed), training);
  }

  /** The queries, keys or values of all heads, (N heads, tokens, C / heads). */
  private NDArray part(NDArray all, int number, Shape shape) {
    long width = shape.get(2);
    return all.get(":, :, " + number * width + ":" + (number + 1) * width)
        .reshape(shape.get(0), shape.get(1), heads, width / heads)
        .transpose(0, 2, 1, 3)
        .reshape(shape.get(0) * heads, shape.get(1), width / heads);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    qkv.initialize(manager, type, inputs);
    projection.initialize(manager, type, inputs);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {inputs[0]};
  }
}
