package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import java.util.List;
import java.util.function.BinaryOperator;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Two branches that are joined element by element; the first has the shape of what comes out. DJL
 * joins zeros on its default engine to learn that shape, whose native library may be missing.
 */
@API(status = Status.INTERNAL)
public final class JoinedBranches extends ParallelBlock {

  /** Joins what two blocks give for one input. */
  public JoinedBranches(Block one, Block other, BinaryOperator<NDArray> join) {
    super(
        outputs -> new NDList(join.apply(outputs.get(0).head(), outputs.get(1).head())),
        List.of(one, other));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return getChildren().valueAt(0).getOutputShapes(inputs);
  }
}
