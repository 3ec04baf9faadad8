package dev.limelight.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A block that has parameters itself.
 *
 * @param block the block
 * @param path of the block in its network
 * @param module what its weights are called by its network, if they are called after its blocks:
 *     the path without branches and {@linkplain NamedBlock#step steps}
 */
record WeightLeaf(Block block, String path, String module) {

  /** Those of a network, children before their next siblings. */
  static List<WeightLeaf> of(Block network) {
    List<WeightLeaf> leaves = new ArrayList<>();
    collect(network, "", "", leaves);
    return leaves;
  }

  private static void collect(Block block, String path, String module, List<WeightLeaf> leaves) {
    if (!block.getDirectParameters().isEmpty()) {
      leaves.add(new WeightLeaf(block, path, module));
    }
    for (Pair<String, Block> child : block.getChildren()) {
      String name = child.getKey();
      boolean named =
          !(block instanceof ParallelBlock)
              && !(block instanceof NamedBlock nest && !nest.namesWeights(name));
      collect(child.getValue(), joined(path, name), named ? joined(module, name) : module, leaves);
    }
  }

  private static String joined(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** What PyTorch calls a parameter within its module. */
  static String kind(Parameter parameter) {
    return switch (parameter.getType()) {
      case WEIGHT, GAMMA -> "weight";
      case BIAS, BETA -> "bias";
      case RUNNING_MEAN -> "running_mean";
      case RUNNING_VAR -> "running_var";
      default -> parameter.getName();
    };
  }

  /**
   * Whether numbers of a shape are those of a parameter of another: dimensions of one are no
   * difference, and a linear layer takes the weights of a convolution over all of its input.
   */
  boolean fits(Shape parameter, long[] shape) {
    if (Arrays.equals(squeezed(parameter.getShape()), squeezed(shape))) {
      return true;
    }
    return block instanceof Linear
        && parameter.dimension() == 2
        && shape.length > 2
        && shape[0] == parameter.get(0)
        && new Shape(shape).size() == parameter.size();
  }

  private static long[] squeezed(long[] shape) {
    return Arrays.stream(shape).filter(length -> length != 1).toArray();
  }

  @Override
  public String toString() {
    return "block '" + path + "' (" + block.getClass().getSimpleName() + ")";
  }
}
