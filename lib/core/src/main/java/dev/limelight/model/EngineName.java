package dev.limelight.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The engines of DJL on which networks run. */
public enum EngineName {
  /** Apache MXNet. */
  MXNET("MXNet", "MXNet"),
  /** PyTorch. */
  PYTORCH("PyTorch", "PyTorch"),
  /** ONNX Runtime, which runs networks and differentiates nothing. */
  ONNX_RUNTIME("OnnxRuntime", "ONNX Runtime");

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

  /** The engine, which is loaded if it was not yet. */
  public Engine engine() {
    return Engine.getEngine(djl);
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
    return Model.newInstance(name, device, djl);
  }

  /** DJL's name. */
  @Override
  public String toString() {
    return djl;
  }
}
