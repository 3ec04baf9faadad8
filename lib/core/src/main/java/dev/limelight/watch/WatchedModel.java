package dev.limelight.watch;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.input.ModelMetadata;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What explains during a training: an explainer of the trainer's own model, made when it is first
 * needed and closed at the end, or one that somebody else gave and keeps.
 */
final class WatchedModel implements AutoCloseable {

  private final List<String> labels;
  private final @Nullable Preprocessing preprocessing;
  private final List<LayerPath> layers;
  private final Runnable refresh;
  private final boolean owned;
  private @Nullable Explainer explainer;

  /** The trainer's own model; what is null or empty is found as an explainer finds it. */
  WatchedModel(List<String> labels, @Nullable Preprocessing preprocessing, List<LayerPath> layers) {
    this.labels = labels;
    this.preprocessing = preprocessing;
    this.layers = layers;
    this.refresh = () -> {};
    this.owned = true;
  }

  /** Another model. */
  WatchedModel(Explainer explainer, Runnable refresh) {
    this.labels = explainer.model().labels();
    this.preprocessing = explainer.model().preprocessing();
    this.layers = List.of();
    this.explainer = explainer;
    this.refresh = refresh;
    this.owned = false;
  }

  /** The explainer of the weights as they are now. */
  Explainer explainer(Trainer trainer) {
    Device home = trainer.getModel().getNDManager().getDevice();
    if (!List.of(trainer.getDevices()).contains(home)) {
      throw new IllegalStateException(
          "the trainer learns on "
              + List.of(trainer.getDevices())
              + " and the model on "
              + home
              + " gets the weights at the end only; make the model on one of the trainer's"
              + " devices");
    }
    if (explainer == null) {
      ExplainerBuilder builder =
          Explainer.builder()
              .setModel(trainer.getModel())
              .optLabels(labels.isEmpty() ? labels(trainer.getModel()) : labels)
              .optLayer(layers.toArray(LayerPath[]::new));
      if (preprocessing != null) {
        builder.optPreprocessing(preprocessing);
      }
      explainer = builder.build();
    }
    refresh.run();
    return explainer;
  }

  /** Two for one sigmoid unit, which is trained on classes 0 and 1; else those the model brings. */
  private static List<String> labels(Model model) {
    Block block = model.getBlock();
    if (!ModelMetadata.labels(model).isEmpty()) {
      return ModelMetadata.labels(model);
    }
    Shape output = block.getOutputShapes(block.getInputShapes())[0];
    boolean binary = output.dimension() == 2 && output.get(1) == 1;
    return binary ? List.of("class 0", "class 1") : List.of();
  }

  /** The names of the classes, or none. */
  List<String> labels() {
    return explainer == null ? labels : explainer.model().labels();
  }

  /** Adds to the settings of a run how pictures become input. */
  void describe(Map<String, String> settings) {
    if (explainer != null) {
      settings.put("preprocessing", explainer.model().preprocessing().toString());
    }
  }

  @Override
  public void close() {
    if (owned && explainer != null) {
      explainer.close();
      explainer = null;
    }
  }
}
