package com.example;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.Blocks;
import java.nio.file.Path;
import java.util.Map;

/** A block factory that is neither DJL's nor ours, and notes that its code ran. */
public final class Strange implements BlockFactory {

  private static final long serialVersionUID = 1L;

  /** Whether one was created. */
  public static boolean created;

  /** Notes it. */
  public Strange() {
    created = true;
  }

  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
    return Blocks.identityBlock();
  }
}
