package dev.limelight.model.loading;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.cache.PrivateCache;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Loads a model on the engine that its file is made for or on ONNX Runtime, whichever is quicker
 * here. What was measured is kept in the {@link PrivateCache} for the same file, library, threads
 * and device.
 */
@API(status = Status.INTERNAL)
public final class FastestEngine {

  private static final String KIND = "fastest-engine";

  private static final String REASON = "reason";

  private final ModelFile original;
  private final Setup setup;

  /** What is known about how a model will be used. */
  public interface Setup {

    /** The network of a loaded model; the caller closes it. */
    Network network(Model model);

    /** The shape of one picture, (C, H, W). */
    Shape picture(Model model);

    /** Whatever decides about both. */
    String described();
  }

  /**
   * A model on the engine that was chosen.
   *
   * @param model which the caller closes
   * @param file the file on that engine
   * @param notes why it is that engine; a sentence each
   */
  public record Loaded(Model model, ModelFile file, List<String> notes) {}

  private FastestEngine(ModelFile original, Setup setup) {
    this.original = original;
    this.setup = setup;
  }

  /**
   * Loads a model.
   *
   * @param file on any of the engines that it is made for
   * @throws IOException if it cannot be read
   */
  public static Loaded load(ModelFile file, Setup setup) throws IOException {
    ModelFile original =
        file.isMadeForEngine()
            ? file
            : new ModelFile(file.path(), ModelFile.of(file.path()).engine(), file.device());
    return new FastestEngine(original, setup).load();
  }

  private Loaded load() throws IOException {
    String alone = alone();
    if (alone != null) {
      return original(alone);
    }
    Map<String, String> key = key();
    Optional<Map<String, String>> known = PrivateCache.get(KIND, key);
    if (known.isPresent() && known.get().containsKey(REASON)) {
      return original(known.get().get(REASON));
    }
    EngineTimes times = known.map(EngineTimes::of).orElse(null);
    if (times == null) {
      return measured(key);
    }
    if (!times.onnxIsQuicker()) {
      return new Loaded(original.load(), original, times.notes(original.engine()));
    }
    ModelFile onnx = onnx();
    try {
      return new Loaded(onnx.load(), onnx, times.notes(original.engine()));
    } catch (IOException e) {
      // Another version of the library may translate it otherwise.
      return original(EngineTimes.reason(e));
    }
  }

  /** Why there is but one engine, or null. */
  private @Nullable String alone() {
    String title =
        Files.exists(original.path())
            ? NetworkFormats.of(original.path()).map(NetworkFormat::title).orElse("this file")
            : "a published network";
    if (original.engine() == EngineName.ONNX_RUNTIME) {
      return "no other engine runs " + title;
    }
    if (!onnx().isTranslated()) {
      return title + " is not brought into an ONNX graph";
    }
    if (!EngineName.ONNX_RUNTIME.isUsable()) {
      return "ONNX Runtime is not here";
    }
    Device device = original.device();
    return device != null && !Devices.of(EngineName.ONNX_RUNTIME).contains(device)
        ? "ONNX Runtime sees no device " + Devices.name(device)
        : null;
  }

  private Map<String, String> key() throws IOException {
    EngineName onnx = EngineName.ONNX_RUNTIME;
    Map<String, String> key = ModelKey.of(original, original.sha256(), setup.described());
    key.put("onnx", onnx.installedVersion() + " " + onnx.threads());
    return key;
  }

  private Loaded original(String reason) throws IOException {
    return new Loaded(
        original.load(), original, EngineTimes.notes(original.engine().title(), reason));
  }

  private ModelFile onnx() {
    return new ModelFile(original.path(), EngineName.ONNX_RUNTIME, original.device());
  }

  /** Gradients are compared on the CPU: a GPU rounds otherwise, and not the same on each engine. */
  private EngineTimes times(Model first, Model second) throws IOException {
    if (!first.getNDManager().getDevice().isGpu()) {
      return EngineTimes.compared(setup, first, second);
    }
    try (Model own = original.on(Device.cpu()).load();
        Model onnx = onnx().on(Device.cpu()).load()) {
      EngineTimes.compared(setup, own, onnx);
    }
    return EngineTimes.measured(setup, first, second);
  }

  private Loaded measured(Map<String, String> key) throws IOException {
    Model first = original.load();
    Model second = null;
    try {
      try {
        second = onnx().load();
        EngineTimes found = times(first, second);
        PrivateCache.put(KIND, key, found.facts());
        List<String> notes = found.notes(original.engine());
        if (found.onnxIsQuicker()) {
          first.close();
          return new Loaded(second, onnx(), notes);
        }
        second.close();
        return new Loaded(first, original, notes);
      } catch (IOException | EngineException | IllegalArgumentException e) {
        String reason = EngineTimes.reason(e);
        // What else went wrong, such as a full disk, may go well the next time.
        // The code of blocks, which is no part of the key, may change.
        boolean lasts = onnx().blocks().isEmpty();
        if (lasts
            && (e instanceof UnsupportedException
                || e.getCause() instanceof UnsupportedException)) {
          PrivateCache.put(KIND, key, Map.of(REASON, reason));
        }
        if (second != null) {
          second.close();
        }
        return new Loaded(first, original, EngineTimes.notes(original.engine().title(), reason));
      }
    } catch (RuntimeException e) {
      first.close();
      if (second != null) {
        second.close();
      }
      throw e;
    }
  }
}
