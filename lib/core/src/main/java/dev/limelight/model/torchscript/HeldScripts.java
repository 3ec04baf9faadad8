package dev.limelight.model.torchscript;

import ai.djl.Model;
import dev.limelight.io.FileState;
import dev.limelight.torch.script.TorchScript;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The code of models that were loaded, for the first network that is made of each: to read it takes
 * longer than to run the model. Only one has it, as it is not made for several threads.
 */
final class HeldScripts {

  /** The model's property with the key of its code. */
  private static final String PROPERTY = "limelightTorchScript";

  private static final Map<String, Held> ALL = new ConcurrentHashMap<>();

  private HeldScripts() {}

  /**
   * The code of a file.
   *
   * @param file its state before it was read
   */
  record Held(TorchScript script, FileState file) {}

  /** Holds the code of a model until it is taken or the model is closed. */
  static void put(Model model, Held held) {
    String key = UUID.randomUUID().toString();
    ALL.put(key, held);
    model.setProperty(PROPERTY, key);
    model.getNDManager().attachInternal(key, () -> ALL.remove(key));
  }

  /** The code of a model, or null if it is taken, was never held, or its file was changed. */
  static @Nullable TorchScript take(Model model) {
    String key = model.getProperty(PROPERTY);
    Held held = key == null ? null : ALL.remove(key);
    return held != null && held.file().isUnchanged() ? held.script() : null;
  }
}
