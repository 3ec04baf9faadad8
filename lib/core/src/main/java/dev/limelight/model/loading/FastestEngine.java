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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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

  /** How much quicker ONNX Runtime has to be: less is noise. */
  private static final double MARGIN = 0.95;

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
    Optional<NetworkFormat> own =
        Files.exists(file.path()) ? NetworkFormats.of(file.path()) : Optional.empty();
    boolean named = own.isPresent() && !own.get().engines().contains(file.engine());
    ModelFile original =
        named
            ? new ModelFile(file.path(), ModelFile.of(file.path()).engine(), file.device())
            : file;
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
    Times times = known.map(Times::of).orElse(null);
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
      return original(reason(e));
    }
  }

  /** Why there is but one engine, or null. */
  private @Nullable String alone() {
    NetworkFormat own =
        Files.exists(original.path()) ? NetworkFormats.of(original.path()).orElse(null) : null;
    if (own == null) {
      return "a published network is not brought into an ONNX graph";
    }
    if (original.engine() == EngineName.ONNX_RUNTIME) {
      return "no other engine runs " + own.title();
    }
    Optional<NetworkFormat> other =
        NetworkFormats.of(original.path(), EngineName.ONNX_RUNTIME).filter(found -> found != own);
    if (other.isEmpty()) {
      return own.title() + " is not brought into an ONNX graph";
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
    String version = FastestEngine.class.getPackage().getImplementationVersion();
    Map<String, String> key = new TreeMap<>();
    key.put("model", original.sha256());
    key.put("limelight", String.valueOf(version));
    key.put("engine", original.engine() + " " + original.engine().installedVersion());
    key.put("onnx", EngineName.ONNX_RUNTIME.installedVersion());
    key.put("device", original.device() == null ? "" : Devices.name(original.device()));
    key.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    key.put("threads", String.valueOf(System.getenv("OMP_NUM_THREADS")));
    for (EngineName engine : List.of(original.engine(), EngineName.ONNX_RUNTIME)) {
      key.put(engine + " threads", String.valueOf(engine.threads()));
    }
    key.put("setup", setup.described());
    return key;
  }

  private Loaded original(String reason) throws IOException {
    return new Loaded(
        original.load(),
        original,
        List.of("engine chosen by speed: " + original.engine().title() + ", as " + reason));
  }

  private ModelFile onnx() {
    return new ModelFile(original.path(), EngineName.ONNX_RUNTIME, original.device());
  }

  private Loaded measured(Map<String, String> key) throws IOException {
    Model first = original.load();
    Model second = null;
    try {
      try {
        second = onnx().load();
        List<Double> times = times(List.of(first, second));
        Times found = new Times(times.get(0), times.get(1));
        PrivateCache.put(KIND, key, found.facts());
        List<String> notes = found.notes(original.engine());
        if (found.onnxIsQuicker()) {
          first.close();
          return new Loaded(second, onnx(), notes);
        }
        second.close();
        return new Loaded(first, original, notes);
      } catch (IOException | EngineException | IllegalArgumentException e) {
        String reason = reason(e);
        // What else went wrong, such as a full disk, may go well the next time.
        if (e instanceof UnsupportedException || e.getCause() instanceof UnsupportedException) {
          PrivateCache.put(KIND, key, Map.of(REASON, reason));
        }
        if (second != null) {
          second.close();
        }
        return new Loaded(
            first,
            original,
            List.of("engine chosen by speed: " + original.engine().title() + ", as " + reason));
      }
    } catch (RuntimeException e) {
      first.close();
      if (second != null) {
        second.close();
      }
      throw e;
    }
  }

  /** Its first sentence, without what to do about it. */
  private static String reason(Exception error) {
    String message = Objects.requireNonNullElse(error.getMessage(), "it cannot be measured");
    return message.lines().findFirst().orElse("").replaceFirst("; [^;]*$", "");
  }

  private List<Double> times(List<Model> models) {
    List<Network> networks = new ArrayList<>();
    List<ForwardTrial> trials = new ArrayList<>();
    try {
      for (Model model : models) {
        Network network = setup.network(model);
        networks.add(network);
        trials.add(new ForwardTrial(network, setup.picture(model)));
      }
      ForwardTrial.checkGradients(trials.get(0), trials.get(1));
      return ForwardTrial.milliseconds(trials);
    } finally {
      trials.forEach(ForwardTrial::close);
      networks.forEach(Network::close);
    }
  }

  /**
   * What a forward takes on both engines, in milliseconds.
   *
   * @param own of the file's engine
   * @param onnx of ONNX Runtime
   */
  private record Times(double own, double onnx) {

    private static @Nullable Times of(Map<String, String> facts) {
      try {
        return new Times(
            Double.parseDouble(facts.getOrDefault("own", "")),
            Double.parseDouble(facts.getOrDefault("onnx", "")));
      } catch (NumberFormatException e) {
        return null;
      }
    }

    Map<String, String> facts() {
      return Map.of("own", String.valueOf(own), "onnx", String.valueOf(onnx));
    }

    boolean onnxIsQuicker() {
      return onnx < MARGIN * own;
    }

    List<String> notes(EngineName engine) {
      String ownTime = String.format(Locale.ROOT, "%.1f ms on %s", own, engine.title());
      String onnxTime =
          String.format(Locale.ROOT, "%.1f ms on %s", onnx, EngineName.ONNX_RUNTIME.title());
      return List.of(
          "engine chosen by speed: "
              + (onnxIsQuicker() ? EngineName.ONNX_RUNTIME : engine).title()
              + "; a forward takes "
              + (onnxIsQuicker() ? onnxTime + " and " + ownTime : ownTime + " and " + onnxTime));
    }
  }
}
