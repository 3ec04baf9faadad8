package dev.limelight.watch;

import ai.djl.engine.Engine;
import ai.djl.training.Trainer;
import dev.limelight.Explainer;
import dev.limelight.cam.GradCam;
import dev.limelight.data.Example;
import dev.limelight.method.Method;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Shows where a network looks while it learns: explains the same pictures before the first epoch,
 * after every n-th and after the last, and hands the overlays and what DJL measured to its sinks.
 * It watches one training, by {@code Training} or any other that DJL runs; in a {@code
 * TrainingConfig} it stands behind DJL's own listeners, whose metrics it reads.
 *
 * <p>The training is not changed: maps are made in inference mode, and weights, gradients, the
 * optimiser, BatchNorm's statistics and random numbers stay as they are. What fails, a sink or an
 * explanation, is reported once ({@link #failures}), and the training goes on. An interrupt ends
 * the training within one batch.
 *
 * <p>A block that has no weights yet when the trainer is made is first explained after its first
 * batch and before its first update: its weights are still those it starts with, and BatchNorm has
 * seen one batch.
 */
public final class OverlayListener extends EpochHistory {

  private final ProbeExplainer probes;
  private final int every;
  private final int firstEpoch;
  private final @Nullable String name;
  private final Map<String, String> settings;
  private final WatchedModel watched;
  private final Failures failures = new Failures();
  private final Sinks sinks;
  private boolean bound;
  private boolean begun;
  private boolean ended;
  private boolean measured = true;

  /** Whether sinks know of the last epoch that is done. */
  private boolean shown = true;

  /** Whether weights have changed since the end of the last epoch. */
  private boolean inEpoch;

  private OverlayListener(Builder builder) {
    super(builder.firstEpoch);
    probes = new ProbeExplainer(builder.probes, builder.method, builder.targets);
    every = builder.every;
    firstEpoch = builder.firstEpoch;
    name = builder.name;
    settings = new LinkedHashMap<>(builder.settings);
    sinks = new Sinks(builder.sinks, failures);
    watched =
        builder.explainer != null
            ? new WatchedModel(builder.explainer, builder.refresh)
            : new WatchedModel(builder.labels, builder.preprocessing, builder.layers);
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** What went wrong beside the training, a sentence each; nothing if all is well. */
  public List<String> failures() {
    return failures.sentences();
  }

  /**
   * Begins, if the network has weights already.
   *
   * @throws IllegalStateException if it has watched a training before
   */
  @Override
  public void onTrainingBegin(Trainer trainer) {
    if (bound) {
      throw new IllegalStateException(
          "an overlay listener watches one training, and this one has watched one; build another");
    }
    bound = true;
    if (trainer.getModel().getBlock().isInitialized()) {
      try {
        begin(trainer);
      } catch (RuntimeException | Error e) {
        // No trainer is made, so onTrainingEnd is never called.
        end();
        throw e;
      }
    }
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    super.onTrainingBatch(trainer, batchData);
    if (!begun) {
      begin(trainer);
    }
    inEpoch = true;
  }

  @Override
  public void onEpoch(Trainer trainer) {
    super.onEpoch(trainer);
    inEpoch = false;
    shown = false;
    if (epochs().size() == 1 && trainer.getTrainingResult().getEvaluations().isEmpty()) {
      // From the next epoch on they would be there, but those of the epoch before.
      measured = false;
      failures.report(
          "DJL reported no losses, so none are logged; add TrainingListener.Defaults.basic() before"
              + " this listener");
    }
    if (!begun) {
      begin(trainer);
    }
    if (number() % every == 0) {
      show(trainer);
    }
  }

  /**
   * Explains the last epoch if sinks do not know it yet, and closes them. It does not throw, as the
   * trainer has its own memory to free after this.
   */
  @Override
  public void onTrainingEnd(Trainer trainer) {
    try {
      if (begun && !shown && !inEpoch && !Thread.currentThread().isInterrupted()) {
        show(trainer);
      }
    } catch (CancellationException e) {
      // The training is over, and whoever is next finds the thread interrupted.
    } finally {
      end();
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      watched.close();
    } finally {
      if (begun) {
        sinks.close();
      }
    }
  }

  /** The number of the last epoch that is done. */
  private int number() {
    return firstEpoch - 1 + epochs().size();
  }

  private void begin(Trainer trainer) {
    stopIfInterrupted();
    // The earlier run of a resumed training has logged this point.
    boolean first = firstEpoch == 1 && epochs().isEmpty();
    if (firstEpoch == 1 && !first) {
      failures.report(
          "epoch 0 has no overlays, as the network had no weights before its first epoch;"
              + " initialise the block before the trainer is made");
    }
    List<ProbeOverlay> overlays = overlays(trainer);
    begun = true;
    sinks.begin(run(trainer, overlays));
    if (first) {
      sinks.epoch(new EpochOverlays(0, Localisation.means(overlays), overlays));
    }
  }

  private void show(Trainer trainer) {
    shown = true;
    List<ProbeOverlay> overlays = overlays(trainer);
    stopIfInterrupted();
    Map<String, Double> metrics = new LinkedHashMap<>(measured ? metrics() : Map.of());
    metrics.putAll(Localisation.means(overlays));
    sinks.epoch(new EpochOverlays(number(), metrics, overlays));
  }

  private List<ProbeOverlay> overlays(Trainer trainer) {
    try {
      return probes.explain(watched.explainer(trainer));
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      failures.report("epoch " + number() + " has no overlays", e);
      return List.of();
    }
  }

  private WatchedRun run(Trainer trainer, List<ProbeOverlay> overlays) {
    Engine engine = trainer.getManager().getEngine();
    String model = trainer.getModel().getName();
    String method = probes.method().info().name();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("model", model);
    all.put("method", method);
    if (!overlays.isEmpty()) {
      all.put("method", overlays.get(0).explanation().provenance().methodText());
      all.put("layer", overlays.get(0).explanation().provenance().layerText());
    }
    all.put("targets", probes.targets().toString());
    all.put("every", String.valueOf(every));
    all.put("first epoch", String.valueOf(firstEpoch));
    all.put("engine", engine.getEngineName() + " " + engine.getVersion());
    all.put("DJL", Engine.getDjlVersion());
    watched.describe(all);
    all.putAll(settings);
    String runName = name != null ? name : model;
    return new WatchedRun(runName, method, watched.labels(), probes.probes(), all);
  }

  /** The settings of an {@link OverlayListener}: probes and sinks are required. */
  public static final class Builder {

    private List<Example> probes = List.of();
    private List<OverlaySink> sinks = List.of();
    private Method method = new GradCam();
    private ProbeTargets targets = ProbeTargets.TRUE_CLASS;
    private int every = 1;
    private int firstEpoch = 1;
    private @Nullable String name;
    private List<String> labels = List.of();
    private @Nullable Preprocessing preprocessing;
    private List<LayerPath> layers = List.of();
    private @Nullable Explainer explainer;
    private Runnable refresh = () -> {};
    private final Map<String, String> settings = new LinkedHashMap<>();

    private Builder() {}

    /**
     * The pictures to explain after every epoch, with different names and known classes; required.
     */
    public Builder setProbes(List<Example> newProbes) {
      probes = List.copyOf(newProbes);
      return this;
    }

    /** Where the overlays go; required. The listener closes them at the end of the training. */
    public Builder setSinks(OverlaySink... newSinks) {
      sinks = List.of(newSinks);
      return this;
    }

    /** The method of the maps; Grad-CAM by default. */
    public Builder optMethod(Method newMethod) {
      method = newMethod;
      return this;
    }

    /** The class that the maps explain; the true one by default. */
    public Builder optTargets(ProbeTargets newTargets) {
      targets = newTargets;
      return this;
    }

    /** The number of epochs between two explanations; 1 by default. */
    public Builder optEvery(int epochs) {
      every = epochs;
      return this;
    }

    /**
     * The number of the next epoch of a training that was resumed; 1 by default. From 2 on nothing
     * is logged for the time before that epoch, which the earlier run has logged.
     */
    public Builder optFirstEpoch(int number) {
      firstEpoch = number;
      return this;
    }

    /** The name of the run; that of the model by default. */
    public Builder optName(String newName) {
      name = newName;
      return this;
    }

    /** The names of the classes; those stored with the model by default. */
    public Builder optLabels(List<String> newLabels) {
      labels = List.copyOf(newLabels);
      return this;
    }

    /** The names of the classes in the order of the outputs. */
    public Builder optLabels(String... newLabels) {
      return optLabels(List.of(newLabels));
    }

    /** How probes become input; found by an {@link Explainer} by default. */
    public Builder optPreprocessing(Preprocessing newPreprocessing) {
      preprocessing = newPreprocessing;
      return this;
    }

    /** The layers of the maps; the last one that has locations by default. */
    public Builder optLayer(LayerPath... newLayers) {
      layers = List.of(newLayers);
      return this;
    }

    /**
     * Explains another model than the one that learns, such as the whole of which only a head is
     * trained, on features that were computed once.
     *
     * @param newExplainer of the other model, with its labels, preprocessing and layer; it stays
     *     open
     * @param newRefresh copies what was learnt into that model; run before each explanation, such
     *     as {@code () -> network.join(whole, head)}
     */
    public Builder optExplainer(Explainer newExplainer, Runnable newRefresh) {
      explainer = newExplainer;
      refresh = newRefresh;
      return this;
    }

    /** Another setting to store with the run. */
    public Builder optSetting(String setting, Object value) {
      settings.put(setting, String.valueOf(value));
      return this;
    }

    /**
     * The listener.
     *
     * @throws IllegalArgumentException if something is missing or does not fit; one sentence
     */
    public OverlayListener build() {
      if (probes.isEmpty() || sinks.isEmpty()) {
        throw new IllegalArgumentException(
            "an overlay listener needs a probe and a sink or more: call setProbes and setSinks");
      }
      if (every < 1 || firstEpoch < 1) {
        throw new IllegalArgumentException(
            "epochs are counted from 1, but got optEvery("
                + every
                + ") with optFirstEpoch("
                + firstEpoch
                + ")");
      }
      if (explainer != null && !(labels.isEmpty() && layers.isEmpty() && preprocessing == null)) {
        throw new IllegalArgumentException(
            "an explainer brings its labels, preprocessing and layer: give them to it and not to"
                + " the listener");
      }
      ProbeExplainer.check(probes, explainer != null ? explainer.model().labels() : labels);
      return new OverlayListener(this);
    }
  }
}
