package dev.limelight.model.torchscript;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.TorchScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript archive on disk.
 *
 * @param path the file, whatever its ending
 */
record TorchScriptFile(Path path) {

  static final String ENDING = ".pt";

  /** The model's property with the path of its archive. */
  static final String PROPERTY = "limelightFile";

  /**
   * Loads the model; the caller closes it.
   *
   * @param device where it computes, or null for the engine's best
   * @throws IOException if it cannot be read; one sentence
   */
  Model load(@Nullable Device device) throws IOException {
    // Before the engine sees a byte of it.
    try {
      Optional<String> type = TorchScript.read(path).otherType();
      if (type.isPresent()) {
        throw new UnsupportedException(
            "its weights are "
                + type.get()
                + ", and pictures come as float32; save it again after model.float()");
      }
    } catch (UnsupportedException e) {
      throw new IOException(path + " cannot be explained: " + e.getMessage(), e);
    }
    String file = path.getFileName().toString();
    Model model = EngineName.PYTORCH.newModel(file.replaceFirst("(?<=.)\\.[^.]*$", ""), device);
    try {
      // Also where it was saved on another device.
      model.load(path.toAbsolutePath().getParent(), file, Map.of("mapLocation", "true"));
      model.setProperty(PROPERTY, path.toAbsolutePath().toString());
      return model;
    } catch (MalformedModelException | EngineException | IOException e) {
      model.close();
      throw new IOException(
          path + " cannot be loaded by PyTorch (" + Names.reason(e) + "); save it again", e);
    }
  }
}
