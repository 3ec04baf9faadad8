package dev.limelight.spark;

import ai.djl.Device;
import dev.limelight.ExplainerBuilder;
import dev.limelight.model.EngineName;
import dev.limelight.model.block.BlockFactories;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How executors run a model.
 *
 * @param device where it computes, by the name that {@link Device#fromName} reads, or null for the
 *     best device of the engine
 * @param threads of the engine, or 0 if not set
 * @param factories the classes that the folder of a model may name as its block factory
 */
record EngineSettings(@Nullable String device, int threads, List<String> factories)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static final EngineSettings USUAL = new EngineSettings(null, 0, List.of());

  /** Keeps its own list. */
  EngineSettings {
    factories = List.copyOf(factories);
  }

  EngineSettings withDevice(@Nullable String name) {
    return new EngineSettings(name, threads, factories);
  }

  EngineSettings withThreads(int number) {
    return new EngineSettings(device, number, factories);
  }

  EngineSettings withFactories(List<String> classes) {
    return new EngineSettings(device, threads, classes);
  }

  /**
   * Prepares this JVM, before a model's file is looked at, which may start its engine.
   *
   * @throws IllegalArgumentException if its engine has started with another number of threads
   */
  void prepare() {
    BlockFactories.allow(factories);
    if (threads > 0) {
      EngineName.PYTORCH.setThreads(threads);
      EngineName.ONNX_RUNTIME.setThreads(threads);
    }
  }

  void set(ExplainerBuilder builder) {
    if (threads > 0) {
      builder.optThreads(threads);
    }
    if (device != null) {
      builder.optDevice(Device.fromName(device));
    }
  }
}
