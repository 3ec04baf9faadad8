package dev.limelight.model.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.block.BlockRectifiers;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import dev.limelight.model.block.FrozenParameters;
import dev.limelight.support.UnsupportedException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Guided backpropagation through DJL blocks on PyTorch, by walking into nested sequential and
 * parallel blocks. Functions among them, such as a user's or one that joins parallel branches, are
 * distinguished by what they do.
 */
final class EagerGuidedBackprop implements GuidedBackprop {

  private final BlockSteps steps;
  private final BlockWeights weights;
  private Rectifiers rectifiers;
  private final Map<Block, FunctionKind> kinds = new IdentityHashMap<>();

  EagerGuidedBackprop(BlockSteps steps, BlockWeights weights) {
    this.steps = steps;
    this.weights = weights;
    for (BlockSteps.Step step : steps.steps()) {
      check(step.block(), step.names().get(0).name());
    }
    rectifiers = BlockRectifiers.of(steps);
  }

  /** Refuses blocks that cannot be looked into. */
  private static void check(Block block, String path) {
    boolean nest = block instanceof SequentialBlock || block instanceof ParallelBlock;
    if (nest) {
      block.getChildren().forEach(child -> check(child.getValue(), path + "." + child.getKey()));
    } else if (!(block instanceof LambdaBlock) && !isPlain(block)) {
      throw UnsupportedException.noGradient(
          "guided backpropagation has to see every ReLU, but block '"
              + path
              + "' ("
              + block.getClass().getName()
              + ") computes with its own code; build it of SequentialBlock, ParallelBlock and"
              + " Activation.reluBlock(), or use the MXNet engine");
    }
  }

  private static boolean isPlain(Block block) {
    String type = block.getClass().getName();
    boolean ofDjl = type.startsWith("ai.djl.nn.") && !type.startsWith("ai.djl.nn.recurrent.");
    return (ofDjl || block instanceof Convolution) && block.getChildren().isEmpty();
  }

  @Override
  public Gradients gradients(NDArray input, Function<NDArray, NDArray> score) {
    return UndisturbedAutograd.undisturbed(() -> PtRelus.guided(input, score, this::output));
  }

  private NDArray output(NDArray picture, PtRelus relus) {
    Walk walk = new Walk(new FrozenParameters(picture.getManager(), weights), relus);
    NDList current = new NDList(picture);
    for (BlockSteps.Step step : steps.steps()) {
      current = walk.run(step.block(), current);
    }
    rectifiers = new Rectifiers(relus.size(), rectifiers.others()).required();
    return relus.changeable(current).head();
  }

  @Override
  public Rectifiers rectifiers() {
    return rectifiers;
  }

  @Override
  public void close() {
    // It owns nothing native.
  }

  private final class Walk {

    private final ParameterStore parameters;
    private final PtRelus relus;

    Walk(ParameterStore parameters, PtRelus relus) {
      this.parameters = parameters;
      this.relus = relus;
    }

    NDList run(Block block, NDList inputs) {
      if (block instanceof SequentialBlock nest) {
        return sequence(nest, inputs);
      }
      if (block instanceof ParallelBlock parallel) {
        List<NDList> branches = new ArrayList<>();
        for (Block branch : parallel.getChildren().values()) {
          branches.add(run(branch, inputs));
        }
        return function(parallel, join(parallel), branches);
      }
      if (block instanceof LambdaBlock lambda && !BlockRectifiers.isSmooth(lambda)) {
        return function(
            lambda, all -> block.forward(parameters, all.get(0), false), List.of(inputs));
      }
      return block.forward(parameters, onlyReads(block) ? inputs : relus.changeable(inputs), false);
    }

    private NDList sequence(SequentialBlock nest, NDList inputs) {
      NDList current = inputs;
      NDList all = new NDList();
      for (Block child : nest.getChildren().values()) {
        current = run(child, current);
        all.addAll(current);
      }
      return nest.isReturnIntermediate() ? all : current;
    }

    private NDList function(
        Block block, Function<List<NDList>, NDList> function, List<NDList> inputs) {
      FunctionKind kind =
          kinds.computeIfAbsent(block, key -> FunctionKind.of(key, function, inputs));
      NDList results = function.apply(inputs.stream().map(relus::changeable).toList());
      return switch (kind) {
        case LINEAR -> results;
        case RELU -> {
          NDArray result = results.singletonOrThrow();
          // Behind the function's own gradient, which may not be 0 at 0.
          yield new NDList(relus.run(result.getNDArrayInternal().relu()));
        }
      };
    }
  }

  /** Whether it is one of DJL's that change no array in place. */
  private static boolean onlyReads(Block block) {
    return block.getClass() == Conv2d.class
        || block.getClass() == BatchNorm.class
        || block.getClass() == Linear.class;
  }

  /** What joins the branches, which DJL keeps to itself. */
  @SuppressWarnings("unchecked")
  private static Function<List<NDList>, NDList> join(ParallelBlock block) {
    try {
      Field field = ParallelBlock.class.getDeclaredField("function");
      field.setAccessible(true);
      return (Function<List<NDList>, NDList>) field.get(block);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw UnsupportedException.noGradient(
          "guided backpropagation cannot walk into a ParallelBlock of this version of DJL on"
              + " PyTorch; use the MXNet engine",
          e);
    }
  }
}
