package dev.limelight.model.torchscript;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import dev.limelight.io.FileState;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.TorchScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript archive on disk.
 *
 * @param path the file, whatever its ending
 */
record TorchScriptFile(Path path) {

  static final String ENDING = ".pt";

  /** A fact: the loops of its code end, and what it makes fits into memory. */
  private static final String CODE = "torchscript-code";

  private static final String CHECKED = "checked";

  /** The model's property with the path of its archive. */
  static final String PROPERTY = "limelightFile";

  /** The model's property with the channels that its first convolution reads. */
  static final String CHANNELS = "limelightChannels";

  /**
   * Loads the model; the caller closes it.
   *
   * @param device where it computes, or null for the engine's best
   * @param facts about it; code that was checked before is not checked again
   * @throws IOException if it cannot be read; one sentence
   */
  Model load(@Nullable Device device, KeptFacts facts) throws IOException {
    try {
      // Before the engine sees a byte of it.
      FileState before = FileState.of(path);
      boolean[] known = new boolean[1];
      TorchScript script =
          TorchScript.read(path, () -> known[0] = facts.is(CODE, Map.of(), CHECKED));
      if (!known[0]) {
        facts.put(CODE, Map.of(), CHECKED);
      }
      Model model =
          script.precisionNote().isEmpty()
              ? load(path, device)
              : TemporaryArchive.with(
                  copy -> {
                    TemporaryArchive.write(() -> script.writeInFloat32(path, copy));
                    return load(copy, device);
                  });
      model.setProperty(CHANNELS, String.valueOf(script.channels()));
      HeldScripts.put(model, new HeldScripts.Held(script, before));
      return model;
    } catch (UnsupportedException e) {
      throw new IOException(path + " cannot be explained: " + e.getMessage(), e);
    }
  }

  private Model load(Path archive, @Nullable Device device) throws IOException {
    String name = path.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
    Model model = EngineName.PYTORCH.newModel(name, device);
    try {
      // Also where it was saved on another device.
      Path whole = archive.toAbsolutePath();
      model.load(whole.getParent(), whole.getFileName().toString(), Map.of("mapLocation", "true"));
      model.setProperty(PROPERTY, path.toAbsolutePath().toString());
      return model;
    } catch (MalformedModelException | EngineException | IOException e) {
      model.close();
      throw new IOException(
          path + " cannot be loaded by PyTorch (" + Names.reason(e) + "); save it again", e);
    }
  }
}
