package dev.limelight;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.event.BatchEvent;
import dev.limelight.event.Span;
import dev.limelight.io.Names;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Pass;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SharedNetwork;
import dev.limelight.model.SplitModel;
import dev.limelight.model.signature.OutputRange;
import dev.limelight.output.Reading;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Logits;
import dev.limelight.target.Target;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network in this process.
 *
 * @param network which it closes
 * @param limits how much is computed at once
 * @param readings what its outputs mean, or null of a classifier
 * @param check fails where the network is no more that of the model it was made of
 */
record LocalRunner(
    SharedNetwork network, Limits limits, @Nullable Readings readings, Runnable check)
    implements Runner {

  @Override
  public List<Layer> layers(Shape input) {
    return network.layers(input);
  }

  @Override
  public List<String> weightedLayers() {
    return network.weightedLayers();
  }

  @Override
  public LayerPath defaultLayer(Shape input) {
    return network.defaultLayer(input);
  }

  @Override
  public int pictures(Shape picture, int count) {
    return limits.pictures(network, picture, count);
  }

  @Override
  public int concurrency() {
    return limits.concurrency();
  }

  @Override
  public Session open(List<LayerPath> layers) {
    check.run();
    return new CutNetwork(accepted(() -> network.cuts(layers)));
  }

  @Override
  public boolean isMeasured() {
    return readings == null && network.range() != null;
  }

  @Override
  public ModelInfo measured(ModelInfo model) {
    OutputRange range = network.range();
    return range == null || readings != null
        ? model
        : model.with(range, network.network().activated());
  }

  @Override
  public ModelInfo read(ModelInfo model, List<LayerPath> layers, Shape picture) {
    Readings own = readings;
    if (own == null) {
      return model;
    }
    try (SharedNetwork.Cuts cuts = accepted(() -> network.cuts(layers))) {
      SplitModel split = cuts.splits().get(0);
      return model.with(accepted(() -> own.of(network, split, picture)));
    }
  }

  @Override
  public void free(Collection<LayerPath> layers) {
    network.free(layers);
  }

  @Override
  public Runner shuffled(int count, long seed) {
    return new LocalRunner(network.shuffled(count, seed), limits, readings, check);
  }

  @Override
  public void close() {
    network.close();
  }

  /** Computes with arrays that belong to one scope, while no other thread uses the engine. */
  private <T> T compute(Function<NDManager, T> work) {
    return network.lock().call(() -> scoped(work));
  }

  private <T> T scoped(Function<NDManager, T> work) {
    try (NDManager scope = network.network().manager().newSubManager()) {
      return accepted(() -> work.apply(scope));
    }
  }

  /** Work that an engine may refuse anywhere in the network, which it then says in a sentence. */
  private static <T> T accepted(Supplier<T> work) {
    try {
      return work.get();
    } catch (EngineException e) {
      throw new UnsupportedException(
          "the engine cannot compute this network ("
              + Names.reason(e)
              + "); check that the file is whole, or give smaller pictures or batches if memory"
              + " is short",
          e);
    }
  }

  private final class CutNetwork implements Session {

    private final SharedNetwork.Cuts cuts;

    private CutNetwork(SharedNetwork.Cuts cuts) {
      this.cuts = cuts;
    }

    @Override
    public List<Explanation> explain(ExplanationMaker maker, Source.Part part, int from) {
      Span span = Span.begin(() -> new BatchEvent("pictures", (int) part.shape().get(0)));
      Function<NDManager, List<Explanation>> work =
          scope -> maker.explain(passes(part.in(scope)), part, from);
      List<Explanation> all = network.lock().share(() -> scoped(work));
      span.end();
      return all;
    }

    /** One a layer. */
    private List<Pass> passes(NDArray batch) {
      return cuts.splits().stream().map(split -> limits.pass(network, split, batch)).toList();
    }

    @Override
    public float[] logits(Source.Part part) {
      SplitModel split = cuts.splits().get(0);
      Span span = Span.begin(() -> new BatchEvent("pictures", (int) part.shape().get(0)));
      float[] values =
          compute(
              scope -> {
                NDArray logits = split.head(split.features(part.in(scope)));
                Logits.outputs(logits);
                return logits.toFloatArray();
              });
      span.end();
      return values;
    }

    @Override
    public List<Detection> detect(Source.Part part, NonMaximumSuppression suppression) {
      Readings own = readings;
      if (own == null) {
        throw new UnsupportedException(
            "boxes are found by a detector, whose outputs are read by optReader, on the command"
                + " line by --reader; this model is loaded as a classifier");
      }
      SplitModel split = cuts.splits().get(0);
      Reading reading = accepted(() -> own.of(network, split, part.shape().slice(1)));
      return compute(
          scope -> reading.found(split.head(split.features(part.in(scope))), suppression).get(0));
    }

    @Override
    public <T> T evidence(Source.Part part, Target target, Function<Evidence, T> function) {
      if (cuts.splits().size() > 1) {
        throw new UnsupportedException(
            "concepts are of one layer, and this explainer has "
                + cuts.splits().size()
                + "; name one");
      }
      return compute(
          scope -> function.apply(passes(part.in(scope)).get(0).evidence(List.of(target)).get(0)));
    }

    @Override
    public void measure(Shape picture) {
      if (readings == null && !isMeasured()) {
        compute(
            scope -> {
              network.measure(cuts.splits().get(0), picture, () -> Source.noise(picture).in(scope));
              return picture;
            });
      }
    }

    @Override
    public List<Plan.Row> plan(Shape input, List<? extends Method> methods, Target target) {
      return compute(
          scope -> {
            NDArray picture = Source.noise(input).in(scope);
            return cuts.splits().stream()
                .map(split -> new Pass(split, network.whole(), picture, limits.memory()))
                .flatMap(pass -> ExplanationMaker.plan(pass, methods, target).stream())
                .toList();
          });
    }

    @Override
    public void close() {
      cuts.close();
    }
  }
}
