package com.example;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import dev.limelight.course.train.ConvNet;
import java.nio.file.Path;
import java.util.Map;

/** A block factory that is neither DJL's nor ours. */
public final class Foreign implements BlockFactory {

  private static final long serialVersionUID = 1L;

  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
    return new ConvNet.Factory().newBlock(model, modelPath, arguments);
  }
}
