package dev.limelight.model.block;

import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.SymbolBlock;
import ai.djl.nn.core.Prelu;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The activations of DJL blocks, as far as their names tell them. */
@API(status = Status.INTERNAL)
public final class BlockRectifiers {

  private static final Set<String> RELUS = Set.of("ReLU", "ReLU6");
  private static final Set<String> OTHERS =
      Set.of("LeakyReLU", "ELU", "SELU", "GELU", "Swish", "Mish");

  /** DJL's own functions that are neither; the names of pools contain "Pool". */
  private static final Set<String> NEITHER =
      Set.of("sigmoid", "Tanh", "SoftPlus", "SoftSign", "softmax", "batchFlatten");

  private int relus;
  private int others;
  private boolean unknown;

  private BlockRectifiers() {}

  /**
   * Counts them.
   *
   * @throws dev.limelight.support.UnsupportedException if there is certainly no ReLU
   */
  public static Rectifiers of(BlockSteps steps) {
    BlockRectifiers found = new BlockRectifiers();
    steps.steps().forEach(step -> found.count(step.block()));
    Rectifiers counted = new Rectifiers(found.relus, found.others);
    return found.unknown ? counted : counted.required();
  }

  /** Whether a function of DJL's is known to hold no ReLU and not to be linear. */
  public static boolean isSmooth(LambdaBlock lambda) {
    String name = lambda.getName();
    return name.contains("Pool")
        || OTHERS.contains(name)
        || NEITHER.contains(name) && !name.equals("batchFlatten");
  }

  private void count(Block block) {
    if (block instanceof SequentialBlock || block instanceof ParallelBlock) {
      // What joins parallel branches may hold one.
      unknown |= block instanceof ParallelBlock;
      block.getChildren().values().forEach(this::count);
    } else if (block instanceof LambdaBlock lambda) {
      String name = lambda.getName();
      relus += RELUS.contains(name) ? 1 : 0;
      others += OTHERS.contains(name) ? 1 : 0;
      boolean named = RELUS.contains(name) || OTHERS.contains(name) || NEITHER.contains(name);
      unknown |= !named && !name.contains("Pool");
    } else if (block instanceof Prelu) {
      others++;
    } else {
      boolean ofDjl = block.getClass().getName().startsWith("ai.djl.nn.");
      unknown |= !ofDjl || block instanceof SymbolBlock || !block.getChildren().isEmpty();
    }
  }
}
