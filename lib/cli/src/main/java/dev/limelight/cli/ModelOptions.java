package dev.limelight.cli;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.model.EngineName;
import dev.limelight.model.Grid;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.companion.ModelCompanions;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private GridOption grid;

  /** The grid, or null if not given. */
  @Nullable Grid grid() {
    return grid.grid();
  }

  /** A builder for the explainer of that model. */
  ExplainerBuilder explainer(List<String> labels, List<String> layers) {
    ExplainerBuilder builder =
        Explainer.builder().setModel(file()).optLabels(labels).optChannelsLast(channelsLast);
    signature.set(builder);
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

  /**
   * What the user has to know of how pictures become the input, in lines.
   *
   * @param used the preprocessing
   * @param labelled whether labels are given, so that those beside the model do not count
   */
  List<String> notes(Preprocessing used, boolean labelled) throws IOException {
    ModelCompanions beside = companions();
    Set<String> files = new LinkedHashSet<>();
    beside.preprocessingFile().ifPresent(files::add);
    beside.labelsFile().filter(file -> !labelled).ifPresent(files::add);
    List<String> notes = new ArrayList<>();
    if (!files.isEmpty()) {
      notes.add("read beside the model: " + String.join(", ", files));
    }
    notes.addAll(beside.notes());
    used.assumption().ifPresent(notes::add);
    return notes;
  }

  ModelFile file() {
    return engine == null ? ModelFile.of(model) : new ModelFile(model, engine.name);
  }
}
