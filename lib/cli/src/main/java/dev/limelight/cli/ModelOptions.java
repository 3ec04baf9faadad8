package dev.limelight.cli;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.cli.isolation.IsolationOptions;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import dev.limelight.model.Grid;
import dev.limelight.model.LayerPath;
import dev.limelight.model.companion.ModelCompanions;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the model, its engine and the grid of its layers. */
final class ModelOptions {

  /** The engines by their names on the command line. */
  enum Engine {
    mxnet(EngineName.MXNET),
    pytorch(EngineName.PYTORCH),
    onnx(EngineName.ONNX_RUNTIME);

    private final EngineName name;

    Engine(EngineName name) {
      this.name = name;
    }

    EngineName engineName() {
      return name;
    }
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "*-symbol.json with its .params beside it, TorchScript .pt, torch.export .pt2, .onnx, a"
              + " folder saved by DJL or with config.json and model.safetensors, or"
              + " efficientnet-lite0.")
  private Path model;

  @Option(
      names = "--engine",
      paramLabel = "mxnet|pytorch|onnx",
      description = "The engine that runs it; without it the one that the file is made for.")
  private @Nullable Engine engine;

  @Mixin private SignatureOptions signature;

  @Option(
      names = "--channels-last",
      description =
          "The model takes (N,H,W,C), which a TorchScript model, or an .onnx file without lengths, does not say.")
  private boolean channelsLast;

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

  @Mixin private GridOption grid;

  @Mixin private IsolationOptions isolation;

  /** Whether, and within which limits, the model has its own process. */
  IsolationOptions isolation() {
    return isolation;
  }

  /** The model's file or name, for a sentence. */
  String name() {
    return Names.printable(String.valueOf(model.getFileName()));
  }

  /** The grid, or null if not given. */
  @Nullable Grid grid() {
    return grid.grid();
  }

  /** A builder for the explainer of that model. */
  ExplainerBuilder explainer(List<String> labels, List<String> layers) {
    ExplainerBuilder builder =
        Explainer.builder().setModel(file()).optLabels(labels).optChannelsLast(channelsLast);
    signature.set(builder);
    isolation.set(builder);
    if (threads != null) {
      builder.optThreads(threads);
    }
    Grid given = grid();
    if (given != null) {
      builder.optGrid(given.height(), given.width());
    }
    return builder.optLayer(layers.stream().map(LayerPath::of).toArray(LayerPath[]::new));
  }

  /** What is asked of the model's outputs and inputs. */
  SignatureOptions signature() {
    return signature;
  }

  /** Loads the model; the caller closes it. */
  Model load() throws IOException {
    Model loaded = file().load();
    if (channelsLast) {
      ModelMetadata.setChannelsLast(loaded);
    }
    return loaded;
  }

  /** What files beside the model say of it. */
  ModelCompanions companions() throws IOException {
    return ModelCompanions.of(model);
  }

  ModelFile file() {
    if (threads != null) {
      setThreads(threads);
    }
    ModelFile file = engine == null ? ModelFile.of(model) : new ModelFile(model, engine.name);
    if (threads != null) {
      setThreads(file.engine(), threads);
    }
    if (!factories.isEmpty()) {
      System.setProperty("limelight.block.factories", String.join(",", factories));
    }
    return device == null ? file : file.on(device(device));
  }

  private Device device(String text) {
    if (!text.matches("cpu|gpu(:?\\d{1,3})?")) {
      throw new ParameterException(
          spec.commandLine(), "--device is cpu, gpu or gpu:1, but got " + text);
    }
    String number = text.replaceAll("\\D", "");
    return text.equals("cpu")
        ? Device.cpu()
        : Device.gpu(number.isEmpty() ? 0 : Integer.parseInt(number));
  }

  /** To find the engine may start it, and it reads the number then. */
  private void setThreads(int number) {
    if (number < 1) {
      throw new ParameterException(
          spec.commandLine(), "--threads is a number from 1, but got " + number);
    }
    setThreads(EngineName.PYTORCH, number);
    setThreads(EngineName.ONNX_RUNTIME, number);
  }

  private void setThreads(EngineName of, int number) {
    try {
      of.setThreads(number);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--threads: " + e.getMessage(), e);
    }
  }
}
