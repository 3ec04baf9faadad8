package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.Network.TailGradients;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.finer.FinerLayers;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.BoxTarget;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * One batch of pictures on its way through a network that is cut at a layer. Each part is computed
 * when it is first asked for, and shared by all methods and targets.
 */
@API(status = Status.INTERNAL)
public final class Pass {

  private final SplitModel split;
  private final WholeNetwork whole;
  private final NDArray input;
  private final long memory;
  private final PassCounter counter;
  private final boolean copies;
  private final Map<LayerPath, Cut> finer = new HashMap<>();
  private final Set<Layer> wanted = new LinkedHashSet<>();
  private @Nullable Layer explained;
  private boolean counted;
  private @Nullable Cut cut;
  private @Nullable NDArray logits;
  private @Nullable Boolean linearHead;

  /**
   * Begins with the pictures.
   *
   * @param split the network, cut at the layer
   * @param whole the same network, not cut
   * @param input the pictures, (N, C, H, W)
   * @param memory the memory in bytes, roughly, for the changed copies of a picture
   */
  public Pass(SplitModel split, WholeNetwork whole, NDArray input, long memory) {
    this(split, whole, input, memory, new PassCounter(passes -> {}));
  }

  /** The same, with its passes counted elsewhere. */
  public Pass(
      SplitModel split, WholeNetwork whole, NDArray input, long memory, PassCounter counter) {
    this(split, whole, input, memory, counter, false);
  }

  private Pass(
      SplitModel split,
      WholeNetwork whole,
      NDArray input,
      long memory,
      PassCounter counter,
      boolean copies) {
    this.split = split;
    this.whole = whole;
    this.input = input;
    this.memory = memory;
    this.counter = counter;
    this.copies = copies;
  }

  /**
   * Evidence for one or more targets, which share one recording of what follows the layer.
   *
   * @param targets what is explained
   */
  public List<Evidence> evidence(List<? extends Target> targets) {
    TargetGradients gradients = new TargetGradients(this, List.copyOf(targets));
    List<Evidence> all = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      all.add(new Evidence(this, gradients, i, Origin.UNKNOWN));
    }
    return all;
  }

  /** Counts what was asked for so far. */
  public PassCounter counter() {
    return counter;
  }

  /** The number of pictures. */
  public int size() {
    return (int) input.getShape().get(0);
  }

  /** Whether these are changed copies, which share the score of what they are copies of. */
  boolean ofCopies() {
    return copies;
  }

  NDArray input() {
    return input;
  }

  Cut cut() {
    forwardThroughWanted();
    if (cut == null) {
      countForward();
      cut = split.features(input);
    }
    return cut;
  }

  /** The gradients at the layer, with the forward to it where that is still to come. */
  Gradients gradients(Function<NDArray, NDList> scores) {
    forwardThroughWanted();
    Gradients found;
    if (cut == null) {
      countForward();
      SplitModel.Run run = split.run(input, scores);
      cut = run.cut();
      found = run.gradients();
    } else {
      found = split.gradients(cut, scores);
    }
    logits = found.logits();
    return found;
  }

  /**
   * The gradients of several targets at the layer, where all are boxes that are explained alike.
   */
  Optional<BoxGradients> boxGradients(List<Target> targets) {
    return BoxGradients.of(this, split, targets);
  }

  /** The gradients at several layers that everything passes, in the order of computation. */
  TailGradients gradients(List<Layer> order, Function<NDArray, NDList> scores) {
    TailGradients found = whole.gradients(split, order, at(order.get(0)), scores);
    for (int i = 1; i < order.size() - 1; i++) {
      finer.putIfAbsent(order.get(i).path(), found.cuts().get(i - 1));
    }
    cut = cut == null ? found.cuts().get(order.size() - 2) : cut;
    keep(found.atLast().logits());
    return found;
  }

  /** The gradients at the pictures. */
  Gradients inputGradients(Function<NDArray, NDList> scores) {
    Gradients found = whole.gradients(input, scores);
    keep(found.logits());
    return found;
  }

  /** The pictures' own forward is that of the prediction; each further one is one more. */
  private void countForward() {
    if (copies || counted) {
      counter.forwards(size());
    }
    counted = true;
  }

  /** Layers finer than this one. */
  Finer finer(String method, int count, List<String> names) {
    FinerLayers search = new FinerLayers(whole, input.getShape().slice(1), layer());
    return Finer.of(search, method, count, names);
  }

  /** Has the first forward give finer layers as well. */
  void want(Finer chosen) {
    explained = chosen.explained();
    chosen.layers().stream().filter(each -> !finer.containsKey(each.path())).forEach(wanted::add);
  }

  /** The outputs of finer layers, (N, C, h, w), with that of the layer from the same forward. */
  List<NDArray> activations(Finer chosen) {
    want(chosen);
    return chosen.layers().stream().map(each -> at(each).activations()).toList();
  }

  /** One forward to the layer through all that are wanted, if any are. */
  private void forwardThroughWanted() {
    if (wanted.isEmpty() || explained == null) {
      return;
    }
    List<LayerPath> order =
        whole.layers(input.getShape().slice(1)).stream().map(Layer::path).toList();
    List<Layer> all = new ArrayList<>(wanted);
    all.sort(Comparator.comparing(each -> order.indexOf(each.path())));
    all.add(explained);
    wanted.clear();
    List<Cut> cuts = through(all);
    cut = cut == null ? cuts.get(cuts.size() - 1) : cut;
  }

  private List<Cut> through(List<Layer> layers) {
    countForward();
    List<Cut> cuts = whole.through(split, input, layers);
    for (int i = 0; i < cuts.size(); i++) {
      finer.put(layers.get(i).path(), cuts.get(i));
    }
    return cuts;
  }

  /** The cut at a finer layer, by a forward that ends there if none goes through it. */
  Cut at(Layer layer) {
    forwardThroughWanted();
    Cut known = finer.get(layer.path());
    return known == null ? through(List.of(layer)).get(0) : known;
  }

  /** The network's output, (N, K). */
  public NDArray logits() {
    if (logits == null) {
      logits = split.head(cut());
    }
    return logits;
  }

  /** Where the network is cut. */
  public LayerPath layer() {
    return split.layer();
  }

  /** Whether what follows the layer is global average pooling and one linear layer. */
  boolean linearHead() {
    if (linearHead == null) {
      linearHead = split.linear(cut());
    }
    return linearHead;
  }

  NDArray guidedGradient(Target target) {
    counter.backwards(size());
    Gradients gradients = whole.guidedGradients(input, target::score);
    logits = logits == null ? gradients.logits() : logits;
    return gradients.perScore().get(0);
  }

  Network.BiasShares biasShares(Target target) {
    counter.backwards(size());
    return whole.biasShares(input, target::score);
  }

  /** What lies between the layers, for these pictures. */
  Inside inside() {
    return new Inside(whole, input, split.grid(), counter);
  }

  /** Keeps the network's output, which another pass has given too. */
  void keep(NDArray output) {
    logits = logits == null ? output : logits;
  }

  /** The activations that guided backpropagation has acted on. */
  Rectifiers rectifiers() {
    return whole.rectifiers();
  }

  /** The gradient of a score at other activations, (N, C, h, w). */
  NDArray gradientAt(NDArray activations, Target target) {
    counter.headBackwards(size());
    Gradients gradients =
        split.gradients(cut().with(activations), output -> new NDList(target.score(output)));
    return gradients.perScore().get(0);
  }

  /** The same network on pictures of other sizes. */
  OtherSizes otherSizes() {
    return new OtherSizes(split, input);
  }

  /** Changed copies through the same network; their passes are added to these. */
  Pass with(NDArray pictures) {
    return new Pass(split, whole, pictures, memory, counter, true);
  }

  /** Scores of changed copies through the same network. */
  PerturbedScores perturbed() {
    return new PerturbedScores(this, split);
  }

  /** How many changed copies go through the network at once. */
  Batches batches() {
    return new Batches(whole, input.getShape().slice(1), memory);
  }

  /**
   * Ends a long computation.
   *
   * @throws CancellationException if the thread was interrupted
   */
  static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while a map was being computed");
    }
  }

  /** The conditions for methods at this layer. They cost a gradient if it has one. */
  public Conditions conditions(Target target) {
    Support guided = Support.of(whole::prepareGuided);
    return new Conditions(
        layer().name(),
        new Shape(1).addAll(input.getShape().slice(1)),
        new Shape(1).addAll(cut().activations().getShape().slice(1)),
        target.linear() && linearHead(),
        gradient(target),
        Support.of(whole::checkGradients),
        guided,
        guided.isSupported() ? whole.rectifiers().limits() : "",
        whole::prepareBiases,
        inside()::require,
        whole::relevance,
        this::finer,
        otherSizes()::require,
        Support.of(() -> BoxTarget.whole(target.of(0, logits()))));
  }

  /**
   * About how many bytes a method needs at once, in addition to the network's parameters.
   *
   * @param work what it will do
   */
  public long bytes(Work work) {
    long picture = whole.footprint(input.getShape().slice(1));
    long layer = Float.BYTES * cut().activations().getShape().slice(1).size();
    return WorkMemory.bytes(work, picture, layer, batches()::within);
  }

  private Support gradient(Target target) {
    try {
      gradientAt(cut().activations(), target);
      return Support.yes();
    } catch (UnsupportedException e) {
      if (e.isNoGradient()) {
        return Support.no(e);
      }
      // The target itself is not supported, whatever the method.
      throw e;
    }
  }
}
