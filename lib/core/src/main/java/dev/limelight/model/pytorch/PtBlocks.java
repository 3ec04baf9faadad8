package dev.limelight.model.pytorch;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtSymbolBlock;
import dev.limelight.model.Autograd;
import dev.limelight.model.EngineName;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.Stage;
import dev.limelight.model.block.BlockBackend;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Optional;

/** DJL blocks on PyTorch: run one after another. */
public final class PtBlocks implements BlockBackend {

  @Override
  public EngineName engine() {
    return EngineName.PYTORCH;
  }

  @Override
  public Autograd autograd() {
    return new UndisturbedAutograd();
  }

  @Override
  public Stage features(NDManager manager, BlockSteps steps, BlockWeights weights) {
    return new EagerStage(steps, weights);
  }

  @Override
  public Stage head(NDManager manager, BlockSteps steps, BlockWeights weights) {
    return new EagerStage(steps, weights);
  }

  @Override
  public GuidedBackprop guidedBackprop(NDManager manager, BlockSteps steps, BlockWeights weights) {
    return new EagerGuidedBackprop(steps, weights);
  }

  @Override
  public Optional<List<GraphParameter>> graphParameters(Block block, String path) {
    if (block instanceof PtSymbolBlock) {
      throw new UnsupportedException(
          "block '"
              + path
              + "' is a TorchScript module among DJL blocks, whose weights cannot be exchanged;"
              + " explain the module alone");
    }
    return Optional.empty();
  }
}
