package dev.limelight.model.mxnet;

import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import dev.limelight.model.Autograd;
import dev.limelight.model.EngineName;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.Stage;
import dev.limelight.model.block.BlockBackend;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.model.block.BlockWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DJL blocks on MXNet: as compiled graphs. */
public final class MxBlocks implements BlockBackend {

  @Override
  public EngineName engine() {
    return EngineName.MXNET;
  }

  @Override
  public Autograd autograd() {
    return new MxAutograd();
  }

  @Override
  public Stage features(NDManager manager, BlockSteps steps, BlockWeights weights) {
    return new TracedStage(manager, steps, weights, true);
  }

  @Override
  public Stage head(NDManager manager, BlockSteps steps, BlockWeights weights) {
    return new TracedStage(manager, steps, weights, false);
  }

  @Override
  public GuidedBackprop guidedBackprop(NDManager manager, BlockSteps steps, BlockWeights weights) {
    return new TracedGuidedBackprop(manager, steps, weights);
  }

  @Override
  public Optional<Block> graphIn(Path parameters, NDManager manager) throws IOException {
    Optional<String> symbol = MxParameters.symbol(parameters);
    if (symbol.isEmpty()) {
      return Optional.empty();
    }
    SymbolFile.check(parameters, symbol.get());
    return Optional.of(new MxSymbolBlock(manager));
  }

  @Override
  public Optional<List<GraphParameter>> graphParameters(Block block, String path) {
    if (!(block instanceof MxSymbolBlock symbol)) {
      return Optional.empty();
    }
    Map<String, Parameter> parameters = new HashMap<>();
    symbol.getAllParameters().forEach(parameter -> parameters.put(parameter.getName(), parameter));
    List<GraphParameter> read = new ArrayList<>();
    MxGraph.parse(symbol.getSymbol().toJsonString())
        .readers(
            (operator, variable) -> {
              if (parameters.containsKey(variable)) {
                read.add(new GraphParameter(operator, parameters.get(variable)));
              }
            });
    return Optional.of(read);
  }
}
