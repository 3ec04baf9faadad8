package dev.limelight.cli;

import ai.djl.Device;
import dev.limelight.model.EngineName;
import dev.limelight.model.block.BlockFactories;
import dev.limelight.model.loading.ModelFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the engine, where it computes, and what it may load. */
final class EngineOptions {

  /** The engines by their names on the command line. */
  enum Engine {
    mxnet(EngineName.MXNET),
    pytorch(EngineName.PYTORCH),
    onnx(EngineName.ONNX_RUNTIME),
    /** The same. */
    onnxruntime(EngineName.ONNX_RUNTIME),
    /** That of the file, or ONNX Runtime. */
    fastest(null);

    private final @Nullable EngineName name;

    Engine(@Nullable EngineName name) {
      this.name = name;
    }
  }

  @Option(
      names = "--engine",
      paramLabel = "mxnet|pytorch|onnx|fastest",
      description =
          "The engine that runs it; without it the one that the file is made for. With onnx, or onnxruntime,"
              + " a TorchScript .pt, an MXNet symbol or a network of DJL's blocks is brought into an ONNX graph. With fastest, both are measured once and the quicker one is kept.")
  private @Nullable Engine engine;

  @Option(
      names = "--device",
      paramLabel = "cpu|gpu|gpu:N",
      description =
          "Where the engine computes: cpu, gpu or the GPU of a number from 0; without it on the first"
              + " GPU that it sees.")
  private @Nullable String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "The threads of PyTorch or ONNX Runtime; without it OMP_NUM_THREADS, which is also"
              + " MXNet's.")
  private @Nullable Integer threads;

  @Option(
      names = "--block-factory",
      split = ",",
      paramLabel = "CLASS",
      description =
          "A class that the serving.properties of a folder may name as its blockFactory; DJL's are allowed.")
  private List<String> factories = List.of();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The engine, or null if none is named. */
  @Nullable EngineName engine() {
    return engine == null ? null : engine.name;
  }

  /** Whether the engine is chosen by speed. */
  boolean fastest() {
    return engine == Engine.fastest;
  }

  /**
   * The device, or null if not given.
   *
   * @throws ParameterException if it is not of its form
   */
  @Nullable Device device() {
    if (device == null) {
      return null;
    }
    if (!device.matches("cpu|gpu(:?\\d{1,3})?")) {
      throw new ParameterException(
          spec.commandLine(), "--device is cpu, gpu or gpu:1, but got " + device);
    }
    String number = device.replaceAll("\\D", "");
    return device.equals("cpu")
        ? Device.cpu()
        : Device.gpu(number.isEmpty() ? 0 : Integer.parseInt(number));
  }

  /**
   * The number of threads, or 0 if not given.
   *
   * @throws ParameterException if it is below 1
   */
  int threads() {
    if (threads == null) {
      return 0;
    }
    if (threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--threads is a number from 1, but got " + threads);
    }
    return threads;
  }

  /** The classes that a folder may name. */
  List<String> factories() {
    return factories;
  }

  /** A model on that engine and device. */
  ModelFile file(Path model) {
    // To find the engine may start it, and it reads the number then.
    setThreads(EngineName.PYTORCH);
    setThreads(EngineName.ONNX_RUNTIME);
    EngineName named = engine();
    ModelFile file = named == null ? ModelFile.of(model) : new ModelFile(model, named);
    setThreads(file.engine());
    BlockFactories.allow(factories);
    Device chosen = device();
    return chosen == null ? file : file.on(chosen);
  }

  private void setThreads(EngineName of) {
    if (threads() == 0) {
      return;
    }
    try {
      of.setThreads(threads());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--threads: " + e.getMessage(), e);
    }
  }
}
