package dev.limelight.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import dev.limelight.io.Names;
import dev.limelight.model.LayerPath;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network of nested {@link SequentialBlock}s as the list of blocks that run one after another. A
 * block that is not sequential (a {@code ParallelBlock}, a user's block) is one step.
 *
 * @param steps in the order of computation
 */
public record BlockSteps(List<Step> steps) {

  /**
   * One block.
   *
   * @param block what runs
   * @param names the paths under which its output can be called: its own, and that of each nest
   *     that ends with it
   */
  public record Step(Block block, List<LayerPath> names) {}

  /** The steps of a network. */
  public static BlockSteps of(Block block) {
    List<Step> steps = new ArrayList<>();
    collect(block, "", steps);
    return new BlockSteps(List.copyOf(steps));
  }

  private static void collect(Block block, String path, List<Step> steps) {
    if (block instanceof SequentialBlock nest && !nest.isReturnIntermediate()) {
      for (Pair<String, Block> child : nest.getChildren()) {
        collect(
            child.getValue(), path.isEmpty() ? child.getKey() : path + "." + child.getKey(), steps);
      }
      if (!path.isEmpty() && !steps.isEmpty()) {
        steps.get(steps.size() - 1).names().add(LayerPath.of(path));
      }
    } else {
      List<LayerPath> names = new ArrayList<>();
      names.add(LayerPath.of(path.isEmpty() ? block.getClass().getSimpleName() : path));
      steps.add(new Step(block, names));
    }
  }

  /**
   * The same, giving one of several outputs.
   *
   * @param output its index, or null for the only one
   */
  BlockSteps giving(@Nullable String output) {
    if (output == null) {
      return this;
    }
    if (!output.matches("\\d{1,4}")) {
      throw new IllegalArgumentException(
          "the outputs of DJL blocks have no names, and "
              + Names.quoted(output)
              + " is no index such as 0 or 1");
    }
    int index = Integer.parseInt(output);
    Block chosen =
        new LambdaBlock(
            all -> {
              if (index >= all.size()) {
                throw new UnsupportedException(
                    "there is no output " + index + "; this network gives " + all.size());
              }
              return new NDList(all.get(index));
            },
            "output " + index);
    List<Step> all = new ArrayList<>(steps);
    all.add(new Step(chosen, List.of(LayerPath.of("output " + index))));
    return new BlockSteps(List.copyOf(all));
  }

  /** The same, giving all outputs of a picture side by side, (N, total). */
  BlockSteps joined() {
    Block joining =
        new LambdaBlock(
            all -> {
              NDList flat = new NDList();
              for (NDArray one : all) {
                long n = one.getShape().get(0);
                flat.add(one.reshape(n, one.getShape().size() / n));
              }
              return new NDList(flat.size() == 1 ? flat.head() : NDArrays.concat(flat, 1));
            },
            "outputs");
    List<Step> all = new ArrayList<>(steps);
    all.add(new Step(joining, List.of(LayerPath.of("outputs"))));
    return new BlockSteps(List.copyOf(all));
  }

  /** All paths, in the order of computation, inner before outer. */
  List<LayerPath> paths() {
    return steps.stream().flatMap(step -> step.names().stream()).toList();
  }

  /** The steps up to and with the layer. */
  BlockSteps upTo(LayerPath path) {
    return new BlockSteps(steps.subList(0, indexOf(path) + 1));
  }

  /** The steps after the layer. */
  BlockSteps after(LayerPath path) {
    return new BlockSteps(steps.subList(indexOf(path) + 1, steps.size()));
  }

  private int indexOf(LayerPath path) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).names().contains(path)) {
        return i;
      }
    }
    return -1;
  }

  /** Runs all of them, in inference mode. */
  public NDList run(ParameterStore store, NDList inputs) {
    NDList current = inputs;
    for (Step step : steps) {
      current = step.block().forward(store, current, false);
    }
    return current;
  }
}
