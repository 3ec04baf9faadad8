package dev.limelight.cli;

import dev.limelight.model.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model, on which engine. */
final class ModelOptions {

  /** The engines by their names on the command line. */
  enum EngineName {
    mxnet("MXNet"),
    pytorch("PyTorch"),
    onnx(null);

    private final String djl;

    EngineName(String djl) {
      this.djl = djl;
    }
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "*-symbol.json with its .params beside it, a folder saved by DJL, or efficientnet-lite0.")
  private Path model;

  @Option(
      names = "--engine",
      paramLabel = "mxnet|pytorch|onnx",
      description = "The engine that runs it; without it the one that the file is made for.")
  private EngineName engine = EngineName.mxnet;

  ModelFile file() throws IOException {
    if (engine.djl == null) {
      throw new IOException(
          "the engine " + engine + " is not part of this build; choose mxnet or pytorch");
    }
    return new ModelFile(model, engine.djl);
  }
}
