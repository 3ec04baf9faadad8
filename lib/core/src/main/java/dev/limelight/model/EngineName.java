package dev.limelight.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Platform;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The engines of DJL on which networks run. */
public enum EngineName {
  /** Apache MXNet. */
  MXNET("MXNet", "MXNet"),
  /** PyTorch. */
  PYTORCH("PyTorch", "PyTorch"),
  /** ONNX Runtime, which runs networks and differentiates nothing. */
  ONNX_RUNTIME("OnnxRuntime", "ONNX Runtime");

  private static final String DEFAULT = "ai.djl.default_engine";
  private static final String DEFAULT_IN_ENVIRONMENT = "DJL_DEFAULT_ENGINE";

  /** Why an engine's native library cannot be loaded; found out once, as Java tries it once. */
  private static final Map<EngineName, Optional<String>> FAILURES = new ConcurrentHashMap<>();

  private final String djl;
  private final String title;

  EngineName(String djl, String title) {
    this.djl = djl;
    this.title = title;
  }

  /** The engine that a manager, and so a model or an array, belongs to; empty for any other. */
  public static Optional<EngineName> of(NDManager manager) {
    return of(manager.getEngine());
  }

  /** The name of an engine; empty for any other. */
  public static Optional<EngineName> of(Engine engine) {
    return Arrays.stream(values())
        .filter(name -> name.djl.equals(engine.getEngineName()))
        .findFirst();
  }

  /**
   * The engine of DJL's blocks where none is named: MXNet, or PyTorch where MXNet's native library
   * cannot be loaded.
   */
  public static EngineName ofBlocks() {
    return firstUsable(List.of(MXNET, PYTORCH));
  }

  /**
   * The first engine whose native library can be loaded here, or the first one if none can.
   *
   * @param engines one or more, the preferred one first; a single one is not loaded
   */
  public static EngineName firstUsable(List<EngineName> engines) {
    EngineName first = engines.get(0);
    return engines.size() == 1
        ? first
        : engines.stream().filter(EngineName::isUsable).findFirst().orElse(first);
  }

  /** DJL's name, such as {@code OnnxRuntime}. */
  public String djl() {
    return djl;
  }

  /** The name in a sentence, such as {@code ONNX Runtime}. */
  public String title() {
    return title;
  }

  /** Whether it is on the class path. */
  public boolean isInstalled() {
    return Engine.hasEngine(djl);
  }

  /** Whether it is on the class path, and its native library can be loaded here. */
  public boolean isUsable() {
    return isInstalled() && failure().isEmpty();
  }

  /** Whether its native library could not be loaded when it was asked for. */
  public boolean hasFailed() {
    return FAILURES.getOrDefault(this, Optional.empty()).isPresent();
  }

  /**
   * The engine, which is loaded if it was not yet.
   *
   * @throws UnsupportedException if its native library cannot be loaded here
   */
  public Engine engine() {
    Optional<String> failure = isInstalled() ? failure() : Optional.empty();
    if (failure.isPresent()) {
      throw new UnsupportedException(
          title
              + "'s native library cannot be loaded here ("
              + failure.get()
              + "); add the jar that has it for this system, or use a model of another engine");
    }
    return Engine.getEngine(djl);
  }

  private Optional<String> failure() {
    return FAILURES.computeIfAbsent(
        this,
        name -> {
          try {
            Engine.getEngine(name.djl);
            return Optional.empty();
          } catch (EngineException | IllegalStateException | LinkageError | AssertionError e) {
            if (name == MXNET) {
              preferPyTorch();
            }
            return Optional.of(cause(e));
          }
        });
  }

  /** The first line of the innermost message. */
  private static String cause(Throwable error) {
    Throwable last = error;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String message = last.getMessage() == null ? "" : last.getMessage().strip();
    return message.lines().findFirst().orElse("no reason given");
  }

  /**
   * Sets how many threads it computes with, for all models of the process: ONNX Runtime from the
   * next model on, and PyTorch if it has not started yet.
   *
   * @throws IllegalArgumentException if it is below one
   * @throws UnsupportedException if it is too late, or the engine is MXNet
   */
  public void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads are a number from 1, but got " + threads);
    }
    if (this == MXNET) {
      throw new UnsupportedException(
          "threads can be set for PyTorch and ONNX Runtime; MXNet reads the environment variable"
              + " OMP_NUM_THREADS");
    }
    boolean started = this == PYTORCH && FAILURES.containsKey(this);
    if (started && threads != threads()) {
      throw new UnsupportedException(
          "PyTorch has started, and takes a number of threads only before; set it for the first"
              + " model of the process");
    }
    System.setProperty(threadsProperty(), String.valueOf(threads));
  }

  /** The number of threads that was set for it, or 0 if none was. */
  public int threads() {
    return Integer.getInteger(threadsProperty(), 0);
  }

  private String threadsProperty() {
    return "ai.djl." + djl.toLowerCase(Locale.ROOT) + ".num_threads";
  }

  /**
   * Makes PyTorch the engine that DJL takes where none is named, if the native library of MXNet is
   * not on the class path and its own is: DJL prefers MXNet even where it cannot be loaded. It has
   * an effect before DJL is first used, and none where a default is set.
   */
  public static void preferInstalled() {
    if (!MXNET.hasNatives()) {
      preferPyTorch();
    }
  }

  private static void preferPyTorch() {
    // Not while a block is initialised, which sets the same property for that time.
    synchronized (EngineName.class) {
      boolean set =
          System.getProperty(DEFAULT) != null || System.getenv(DEFAULT_IN_ENVIRONMENT) != null;
      if (!set && PYTORCH.hasNatives()) {
        System.setProperty(DEFAULT, PYTORCH.djl);
      }
    }
  }

  /** The version of its library here, of which only ONNX Runtime's is loaded for it. */
  public String installedVersion() {
    if (this == ONNX_RUNTIME) {
      return isUsable() ? version() : "none";
    }
    try {
      return String.valueOf(Platform.detectPlatform(djl.toLowerCase(Locale.ROOT)).getVersion());
    } catch (AssertionError e) {
      // DJL throws it where an engine's jar is not there.
      return "none";
    }
  }

  private boolean hasNatives() {
    try {
      String[] libraries = Platform.detectPlatform(djl.toLowerCase(Locale.ROOT)).getLibraries();
      return libraries != null && libraries.length > 0;
    } catch (AssertionError e) {
      // DJL throws it where an engine's jar is not there.
      return false;
    }
  }

  /**
   * The version of its library. DJL tells that of ONNX Runtime it was built with, not the one here.
   */
  public String version() {
    if (this == ONNX_RUNTIME) {
      try {
        ClassLoader loader = engine().getClass().getClassLoader();
        String found =
            Class.forName("ai.onnxruntime.OrtEnvironment", false, loader)
                .getPackage()
                .getImplementationVersion();
        if (found != null) {
          return found;
        }
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("DJL's engine is there without ONNX Runtime", e);
      }
    }
    return engine().getVersion();
  }

  /**
   * A model without a block; the caller closes it.
   *
   * @param device where it computes, or null for the engine's best
   */
  public Model newModel(String name, @Nullable Device device) {
    engine();
    return Model.newInstance(name, device, djl);
  }

  /**
   * Gives a block parameters. DJL learns what the functions in it give, such as its ReLUs, by
   * running them on the engine that it takes where none is named, whichever engine the block is
   * for. Threads of MXNet that so come into being make those of PyTorch sleep between operations:
   * both count as OpenMP's, and it lets threads wait busily only while they are no more than cores.
   * Here the engine of the manager is the one that DJL takes meanwhile, also in other threads.
   *
   * @param block without parameters
   * @param manager of the parameters, which are float32
   * @param input the shape of a batch
   */
  public static void initialise(Block block, NDManager manager, Shape input) {
    synchronized (EngineName.class) {
      String engine = manager.getEngine().getEngineName();
      if (engine.equals(Engine.getDefaultEngineName())) {
        block.initialize(manager, DataType.FLOAT32, input);
        return;
      }
      String before = System.getProperty(DEFAULT);
      System.setProperty(DEFAULT, engine);
      try {
        block.initialize(manager, DataType.FLOAT32, input);
      } finally {
        if (before == null) {
          System.clearProperty(DEFAULT);
        } else {
          System.setProperty(DEFAULT, before);
        }
      }
    }
  }

  /** DJL's name. */
  @Override
  public String toString() {
    return djl;
  }
}
