package dev.limelight.cli;

import dev.limelight.model.ModelFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model, on which engine. */
final class ModelOptions {

  /** The engines by their names on the command line. */
  enum EngineName {
    mxnet("MXNet"),
    pytorch("PyTorch"),
    onnx("OnnxRuntime");

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
          "*-symbol.json with its .params beside it, TorchScript .pt, .onnx, a folder saved by DJL, or"
              + " efficientnet-lite0.")
  private Path model;

  @Option(
      names = "--engine",
      paramLabel = "mxnet|pytorch|onnx",
      description = "The engine that runs it; without it the one that the file is made for.")
  private EngineName engine;

  ModelFile file() {
    return engine == null ? ModelFile.of(model) : new ModelFile(model, engine.djl);
  }
}
