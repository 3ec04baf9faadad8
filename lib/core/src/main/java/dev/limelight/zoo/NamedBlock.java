package dev.limelight.zoo;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Named blocks that run one after another; the names are the paths of the layers. */
@API(status = Status.INTERNAL)
public final class NamedBlock extends SequentialBlock {

  /** None yet. */
  public NamedBlock() {}

  /** The same with one more block at the end. */
  public NamedBlock with(String name, Block block) {
    // Not addChildBlock, which numbers the names.
    children.add(name, block);
    return this;
  }
}
