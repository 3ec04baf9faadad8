package dev.limelight.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.HashSet;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Named blocks that run one after another; the names are the paths of the layers, and for most of
 * them also the names of the weights.
 */
@API(status = Status.INTERNAL)
public final class NamedBlock extends SequentialBlock {

  /** Stands for any sides. */
  private static final int SIDE = 224;

  private final Set<String> steps = new HashSet<>();

  /** None yet. */
  public NamedBlock() {}

  /** The same with one more block at the end. */
  public NamedBlock with(String name, Block block) {
    // Not addChildBlock, which numbers the names.
    children.add(name, block);
    return this;
  }

  /**
   * The same with one more block at the end whose name is that of a layer and no part of the names
   * of weights, such as a sum of branches.
   */
  NamedBlock step(String name, Block block) {
    steps.add(name);
    return with(name, block);
  }

  /** Whether a child's name is a part of the names of its weights. */
  boolean namesWeights(String child) {
    return !steps.contains(child);
  }

  /** Notes that it takes pictures of any sides, whatever it was initialised with. */
  public void takeAnySide() {
    Shape shape = inputShapes[0];
    inputShapes = new Shape[] {new Shape(shape.get(0), shape.get(1), -1, -1)};
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape input = inputs[0];
    if (input.dimension() == 4 && input.get(2) < 0) {
      return super.getOutputShapes(new Shape[] {new Shape(input.get(0), input.get(1), SIDE, SIDE)});
    }
    return super.getOutputShapes(inputs);
  }
}
