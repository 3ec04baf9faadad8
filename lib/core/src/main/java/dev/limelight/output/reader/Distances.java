package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.output.OutputShapes;

/**
 * Boxes from the distances of a cell to the four edges, each the mean of a distribution over whole
 * strides (distribution focal loss).
 *
 * @param stride of the cells, in pixels of the input
 * @param across how many cells lie in a row
 * @param down how many rows there are
 * @param offset where in the cell distances begin: 0.5 for its middle, 0 for its corner
 * @see <a href="https://arxiv.org/abs/2006.04388">Li et al. 2020, Generalized Focal Loss</a>
 */
record Distances(int stride, long across, long down, float offset) {

  /** The grid of a stride, whose last cells may reach beyond the picture. */
  static Distances of(int stride, OutputShapes outputs, float offset) {
    return new Distances(
        stride,
        (outputs.width() + stride - 1) / stride,
        (outputs.height() + stride - 1) / stride,
        offset);
  }

  long cells() {
    return across * down;
  }

  /**
   * The boxes of the cells.
   *
   * @param logits of the distributions, (N, cells, 4 * bins)
   * @return left, top, right and bottom in pixels, (N, cells, 4)
   */
  NDArray boxes(NDArray logits) {
    Shape shape = logits.getShape();
    long n = shape.get(0);
    long bins = shape.get(2) / 4;
    float[] lengths = new float[(int) bins];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (float) i * stride;
    }
    NDArray shares = logits.reshape(n * cells(), 4, bins).softmax(2);
    NDArray pixels = NativeArrays.of(logits.getManager(), lengths, new Shape(1, 1, bins));
    NDArray distances = shares.mul(pixels).sum(new int[] {2}).reshape(n, cells(), 4);
    NDArray centres = centres(logits);
    NDArray before = distances.get(":, :, 0:2");
    NDArray after = distances.get(":, :, 2:4");
    return NDArrays.concat(new NDList(centres.sub(before), centres.add(after)), 2);
  }

  private NDArray centres(NDArray like) {
    float[] all = new float[(int) (2 * cells())];
    for (int i = 0; i < cells(); i++) {
      all[2 * i] = (i % across + offset) * stride;
      all[2 * i + 1] = (i / across + offset) * stride;
    }
    return NativeArrays.of(like.getManager(), all, new Shape(1, cells(), 2));
  }
}
