package dev.limelight.model.block;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import dev.limelight.model.Autograd;
import dev.limelight.model.EngineName;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.Stage;
import dev.limelight.plugin.Services;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How one engine runs and differentiates DJL blocks. Backends are services ({@link
 * java.util.ServiceLoader}); they are looked up although their engine may be missing, so an
 * implementation names classes of the engine in nothing but the bodies of its methods.
 */
public interface BlockBackend {

  /** A parameter of a graph, and the operator of the graph that reads it. */
  record GraphParameter(String operator, Parameter parameter) {}

  /** The backend of an engine, or nothing if there is none. */
  static Optional<BlockBackend> of(EngineName engine) {
    return Services.of(BlockBackend.class).all().stream()
        .filter(backend -> backend.engine() == engine)
        .findFirst();
  }

  /** The engine. */
  EngineName engine();

  /** The engine's automatic differentiation. */
  Autograd autograd();

  /** Blocks prepared for speed; they cannot be recorded. */
  Stage features(NDManager manager, BlockSteps steps, BlockWeights weights);

  /** Blocks prepared to be run and recorded. */
  Stage head(NDManager manager, BlockSteps steps, BlockWeights weights);

  /** Guided backpropagation through blocks. */
  GuidedBackprop guidedBackprop(NDManager manager, BlockSteps steps, BlockWeights weights);

  /**
   * A block without parameters for a file of parameters that holds the engine's own graph too.
   *
   * @param parameters the file
   */
  default Optional<Block> graphIn(Path parameters, NDManager manager) throws IOException {
    return Optional.empty();
  }

  /**
   * The parameters of a block that is a graph of the engine's own, from the output on; nothing if
   * it is a block of DJL.
   *
   * @param path of the block, for the message
   * @throws UnsupportedException if they cannot be exchanged; the message says why
   */
  default Optional<List<GraphParameter>> graphParameters(Block block, String path) {
    return Optional.empty();
  }
}
