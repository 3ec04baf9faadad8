package dev.limelight.model.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.limelight.model.EngineName;
import dev.limelight.model.Gradients;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What guided backpropagation computes beside the network, and what may follow a ReLU. */
class EagerGuidedBackpropTest {

  private static final int WIDTH = 4;

  /** Its output, that of the engine's own behind it, and the leaf on the same memory. */
  @Test
  void copiesNothingForAReluThatIsOnlyRead() {
    assertThat(arrays(2) - arrays(1)).isEqualTo(3);
  }

  @Test
  void refusesAReluThatNoGradientReaches() {
    SequentialBlock net =
        new SequentialBlock()
            .add(linear())
            .add(new LambdaBlock(arrays -> new NDList(arrays.head().stopGradient())))
            .add(Activation.reluBlock())
            .add(linear());
    try (NDManager manager = EngineName.PYTORCH.engine().newBaseManager()) {
      EngineName.initialise(net, manager, new Shape(1, WIDTH));
      EagerGuidedBackprop guided = new EagerGuidedBackprop(BlockSteps.of(net), BlockWeights.OWN);
      NDArray input = manager.ones(new Shape(1, WIDTH));
      assertThatThrownBy(() -> guided.gradients(input, logits -> logits.sum(new int[] {1})))
          .hasMessageContaining("require grad");
    }
  }

  /** The arrays of a forward pass through linear layers with ReLUs among them. */
  private static int arrays(int relus) {
    SequentialBlock net = new SequentialBlock().add(linear()).add(linear()).add(linear());
    SequentialBlock rectified = new SequentialBlock();
    int[] placed = {0};
    net.getChildren()
        .values()
        .forEach(
            layer -> {
              rectified.add(layer);
              if (placed[0]++ < relus) {
                rectified.add(Activation.reluBlock());
              }
            });
    int[] count = new int[1];
    try (NDManager manager = EngineName.PYTORCH.engine().newBaseManager()) {
      EngineName.initialise(rectified, manager, new Shape(1, WIDTH));
      EagerGuidedBackprop guided =
          new EagerGuidedBackprop(BlockSteps.of(rectified), BlockWeights.OWN);
      for (int turn = 0; turn < 2; turn++) {
        // The first one also finds out what the functions are.
        guided.gradients(
            manager.ones(new Shape(1, WIDTH)),
            logits -> {
              count[0] = logits.getManager().getManagedArrays().size();
              return logits.sum(new int[] {1});
            });
      }
    }
    return count[0];
  }

  private static Linear linear() {
    return Linear.builder().setUnits(WIDTH).optBias(false).build();
  }

  @Test
  void letsWhatFollowsAReluChangeItsInput() {
    float[] gradient = gradient(array -> array.muli(array.gt(0).toType(DataType.FLOAT32, false)));
    assertThat(gradient).containsExactly(1, 0, 0, 1);
  }

  private static float[] gradient(UnaryOperator<NDArray> function) {
    SequentialBlock net =
        new SequentialBlock()
            .add(Activation.reluBlock())
            .add(new LambdaBlock(arrays -> new NDList(function.apply(arrays.head()))));
    try (NDManager manager = EngineName.PYTORCH.engine().newBaseManager()) {
      Gradients gradients =
          new EagerGuidedBackprop(BlockSteps.of(net), BlockWeights.OWN)
              .gradients(
                  manager.create(new float[] {2, -1, 0, 1}, new Shape(1, WIDTH)),
                  logits -> logits.sum(new int[] {1}));
      return gradients.perScore().get(0).toFloatArray();
    }
  }
}
