package dev.limelight.zoo.hub;

import ai.djl.nn.SequentialBlock;
import dev.limelight.torch.TorchTensor;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A network that a configuration describes.
 *
 * @param block makes it for a number of classes
 * @param side of its input, in pixels, or {@link #ANY_SIDE} if the configuration does not say
 * @param head the weight of its last linear layer, as the network calls it
 * @param renaming from the names of the state dict to those of the network
 * @param modules the names of the state dict in the order of the blocks, if they are not the
 *     blocks' own, or none
 */
record HubNetwork(
    IntFunction<SequentialBlock> block,
    int side,
    String head,
    Renaming renaming,
    List<String> modules) {

  /** Any side. */
  static final int ANY_SIDE = 0;

  /** Names of one publisher as those of another. */
  interface Renaming {

    /** The same tensors by other names. */
    Map<String, TorchTensor> apply(Map<String, TorchTensor> tensors);
  }

  /** A network whose weights are called as its blocks are. */
  static HubNetwork of(IntFunction<SequentialBlock> block, int side, String head) {
    return new HubNetwork(block, side, head, tensors -> tensors, List.of());
  }

  HubNetwork renamed(Renaming by) {
    return new HubNetwork(block, side, head, by, modules);
  }

  HubNetwork ordered(List<String> names) {
    return new HubNetwork(block, side, head, renaming, names);
  }
}
