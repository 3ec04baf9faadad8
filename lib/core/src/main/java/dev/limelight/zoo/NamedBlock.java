package dev.limelight.zoo;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;

/** Blocks one after another under names of their own, which are the paths of the layers. */
final class NamedBlock extends SequentialBlock {

  NamedBlock with(String name, Block block) {
    // Not addChildBlock, which numbers the names.
    children.add(name, block);
    return this;
  }
}
