package dev.limelight.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import java.util.List;

/**
 * Two branches that are added, which have the same shape. DJL adds zeros on its default engine to
 * learn that shape, whose native library may be missing.
 */
final class SumOfBranches extends ParallelBlock {

  SumOfBranches(Block main, Block skip) {
    super(
        outputs -> new NDList(outputs.get(0).head().add(outputs.get(1).head())),
        List.of(main, skip));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return getChildren().valueAt(0).getOutputShapes(inputs);
  }
}
