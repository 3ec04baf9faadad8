package dev.limelight.cli;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.cli.isolation.IsolationOptions;
import dev.limelight.cli.options.GridOption;
import dev.limelight.cli.options.ReaderOption;
import dev.limelight.io.Names;
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
import picocli.CommandLine.Option;

/** Options for the model, its engine and the grid of its layers. */
public final class ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "*-symbol.json with its .params beside it, TorchScript .pt, torch.export .pt2, .onnx, a"
              + " folder saved by DJL or with config.json and model.safetensors, or"
              + " efficientnet-lite0.")
  private Path model;

  @Mixin private EngineOptions engine;

  @Mixin private SignatureOptions signature;

  @Mixin private ReaderOption reader;

  @Option(
      names = "--channels-last",
      description =
          "The model takes (N,H,W,C), which a TorchScript model, or an .onnx file without lengths, does not say.")
  private boolean channelsLast;

  @Mixin private GridOption grid;

  @Mixin private IsolationOptions isolation;

  /** Whether, and within which limits, the model has its own process. */
  public IsolationOptions isolation() {
    return isolation;
  }

  /** The model's file or name, for a sentence. */
  public String name() {
    return Names.printable(String.valueOf(model.getFileName()));
  }

  /** The grid, or null if not given. */
  @Nullable Grid grid() {
    return grid.grid();
  }

  /** A builder for the explainer of that model. */
  public ExplainerBuilder explainer(List<String> labels, List<String> layers) {
    ExplainerBuilder builder =
        Explainer.builder()
            .setModel(file())
            .optFastestEngine(engine.fastest())
            .optKeptFacts(true)
            .optLabels(labels)
            .optChannelsLast(channelsLast);
    signature.set(builder);
    builder.optReader(reader.name());
    isolation.set(builder);
    if (engine.threads() > 0) {
      builder.optThreads(engine.threads());
    }
    Grid given = grid();
    if (given != null) {
      builder.optGrid(given.height(), given.width());
    }
    return builder.optLayer(layers.stream().map(LayerPath::of).toArray(LayerPath[]::new));
  }

  /** What reads the model's outputs. */
  public ReaderOption reader() {
    return reader;
  }

  /** What is asked of the model's outputs and inputs. */
  public SignatureOptions signature() {
    return signature;
  }

  /** Loads the model; the caller closes it. */
  public Model load() throws IOException {
    Model loaded = file().load();
    if (channelsLast) {
      ModelMetadata.setChannelsLast(loaded);
    }
    return loaded;
  }

  /** What files beside the model say of it. */
  public ModelCompanions companions() throws IOException {
    return ModelCompanions.of(model);
  }

  public ModelFile file() {
    return engine.file(model);
  }
}
