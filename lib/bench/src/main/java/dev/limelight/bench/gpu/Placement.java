package dev.limelight.bench.gpu;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;

/** A file, and the engine that runs it. */
enum Placement {
  /** As the file is made. */
  TORCH_SCRIPT("TorchScript on PyTorch", ".pt", EngineName.PYTORCH),
  /** With {@code --engine onnx}; the user's own forward is that of the file on PyTorch. */
  TRANSLATED("TorchScript on ONNX Runtime", ".pt", EngineName.ONNX_RUNTIME),
  /** As the file is made. */
  ONNX("ONNX on ONNX Runtime", ".onnx", EngineName.ONNX_RUNTIME);

  private final String title;
  private final String ending;
  private final EngineName engine;

  Placement(String title, String ending, EngineName engine) {
    this.title = title;
    this.ending = ending;
    this.engine = engine;
  }

  String title() {
    return title;
  }

  EngineName engine() {
    return engine;
  }

  Path file(Path folder, String network) {
    return folder.resolve(network + ending);
  }

  /** Loads the file; the caller closes the model. */
  Model load(Path folder, String network, Device device) throws IOException {
    return new ModelFile(file(folder, network), engine, device).load();
  }
}
