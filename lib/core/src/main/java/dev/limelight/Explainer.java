package dev.limelight;

import ai.djl.Model;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Pass;
import dev.limelight.method.PassCounter;
import dev.limelight.model.Grid;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Logits;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Explains what a model looked at. The model is left as it is: its mode, its parameters, their
 * gradients. It may be used from several threads, which take turns; a long call ends within one
 * batch of an interrupt, with a {@link CancellationException}.
 */
public final class Explainer implements AutoCloseable {

  /** More pictures at once make nothing faster. */
  private static final int MOST_PICTURES = 16;

  /** Engines record for one caller at a time. */
  static final Object TURN = new Object();

  private final Model model;
  private final boolean owned;
  private final Network network;
  private final Grid grid;
  private final WholeNetwork whole;
  private final long memory;
  private final LongConsumer progress;
  private final List<LayerPath> asked;
  private final Preprocessing preprocessing;
  private final Explanations explanations;
  private final List<Explainer> others = new ArrayList<>();
  private final List<SplitModel> splits = new ArrayList<>();
  private Explainer shuffledFrom;

  Explainer(
      Model model,
      boolean owned,
      Network network,
      Grid grid,
      WholeNetwork whole,
      long memory,
      LongConsumer progress,
      List<LayerPath> asked,
      Preprocessing preprocessing,
      Explanations explanations) {
    this.model = model;
    this.owned = owned;
    this.network = network;
    this.grid = grid;
    this.whole = whole;
    this.memory = memory;
    this.progress = progress;
    this.asked = asked;
    this.preprocessing = preprocessing;
    this.explanations = explanations;
  }

  /** Explains a model that is in memory, with everything else found by itself. */
  public static Explainer of(Model model) {
    return builder().setModel(model).build();
  }

  /**
   * Explains a model on disk: an MXNet symbol, a TorchScript .pt, an .onnx file, a folder saved by
   * DJL, or a published network by its name.
   *
   * @throws IOException if it cannot be read
   */
  public static Explainer of(Path file) throws IOException {
    return builder().setModel(file).load();
  }

  /** Starts from a model, and what else is known of it. */
  public static ExplainerBuilder builder() {
    return new ExplainerBuilder();
  }

  /**
   * The same model explained at another layer, or at several: then the map is the mean of their
   * heatmaps, each divided by its maximum (Jiang et al. 2021). It is closed with this explainer.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public Explainer at(LayerPath... layers) {
    if (layers.length == 0) {
      throw new IllegalArgumentException(
          "at() needs one layer or several, and none came; layers() lists them");
    }
    synchronized (TURN) {
      Explainer other = derive(List.of(layers), preprocessing);
      if (other.splits.isEmpty()) {
        other.cut(other.asked);
      }
      return other;
    }
  }

  /** The same model explained at the layers of those names. */
  public Explainer at(String... layers) {
    return at(Stream.of(layers).map(LayerPath::of).toArray(LayerPath[]::new));
  }

  /** The same model with other preprocessing. It is closed with this explainer. */
  public Explainer with(Preprocessing other) {
    synchronized (TURN) {
      return derive(asked, other);
    }
  }

  /** Another view of the same model, made once. */
  private Explainer derive(List<LayerPath> layers, Preprocessing used) {
    for (Explainer other : others) {
      boolean same = other.asked.equals(layers) && other.preprocessing.equals(used);
      if (same && other.network == network) {
        return other;
      }
    }
    Explainer other =
        new Explainer(
            model, false, network, grid, whole, memory, progress, layers, used, explanations);
    others.add(other);
    return other;
  }

  /**
   * The layers that have weights, from the output down to the input: the first is next to the
   * logits.
   */
  public List<String> weightedLayers() {
    synchronized (TURN) {
      return network.weightedLayers();
    }
  }

  /**
   * The same with a copy of the network in which the layers next to the output are random: the
   * values of each of their parameters are shuffled within its array, which keeps its distribution
   * (Adebayo et al. 2018). It explains at the same layers. It is closed with this explainer, or
   * before that by itself, which frees its weights; this explainer stays as it is.
   *
   * @param layers how many of {@link #weightedLayers}
   * @param seed the same shuffles alike; a layer is shuffled the same however many are
   * @throws IllegalArgumentException if there are not so many
   */
  public Explainer shuffled(int layers, long seed) {
    synchronized (TURN) {
      List<String> all = network.weightedLayers();
      if (layers < 1 || layers > all.size()) {
        throw new IllegalArgumentException(
            "from 1 to "
                + all.size()
                + " layers of this network can be shuffled, as so many have weights, and "
                + layers
                + " came");
      }
      Network other = network.shuffled(all.subList(0, layers), seed);
      String name =
          String.format(
              Locale.ROOT, "%s, %d of %d layers shuffled", explanations.name(), layers, all.size());
      Explainer shuffled =
          new Explainer(
              model,
              false,
              other,
              grid,
              new WholeNetwork(other),
              memory,
              progress,
              places(),
              preprocessing,
              new Explanations(model, other, labels(), null, name));
      shuffled.shuffledFrom = this;
      others.add(shuffled);
      return shuffled;
    }
  }

  /** The layers at which this explains, found if none was named. */
  private List<LayerPath> places() {
    if (!splits.isEmpty()) {
      return splits.stream().map(SplitModel::layer).toList();
    }
    return asked.isEmpty() ? List.of(network.defaultLayer(inputs().shape(), grid).path()) : asked;
  }

  /** The layers at which the model can be cut, in the order of computation. */
  public List<Layer> layers() {
    synchronized (TURN) {
      return network.layers(inputs().shape(), grid);
    }
  }

  /** How pictures become the network's input. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** What the model is called, and the hash of its files where it came from disk. */
  public String model() {
    String sha256 = explanations.sha256();
    return model.getName() + (sha256 == null ? "" : " (SHA-256 " + sha256 + ")");
  }

  /** The names of the classes, or none. */
  public List<String> labels() {
    return explanations.labels();
  }

  /** Explains the top class of a picture by Grad-CAM. */
  public Explanation explain(Picture picture) {
    return explain(picture, new GradCam(), Target.top());
  }

  /** Explains the top class of a picture. */
  public Explanation explain(Picture picture, Method method) {
    return explain(picture, method, Target.top());
  }

  /** Explains a target of a picture. */
  public Explanation explain(Picture picture, Method method, Target target) {
    return explain(List.of(picture), method, target).get(0);
  }

  /** Explains the top class of a DJL image by Grad-CAM. */
  public Explanation explain(Image image) {
    return explain(Inputs.picture(image));
  }

  /** Explains a target of a DJL image. */
  public Explanation explain(Image image, Method method, Target target) {
    return explain(Inputs.picture(image), method, target);
  }

  /** Explains many pictures, in batches as large as the memory allows. */
  public List<Explanation> explain(List<Picture> pictures, Method method, Target target) {
    return explain(pictures, List.of(method), List.of(target)).get(0);
  }

  /**
   * Explains several targets of many pictures by several methods, which share one forward a batch,
   * in batches as large as the memory allows.
   *
   * @return for each target and, within it, each method a list with one explanation a picture
   */
  public List<List<Explanation>> explain(
      List<Picture> pictures, List<? extends Method> methods, List<Target> targets) {
    return inBatches(
        pictures.size(),
        inputs().shape(),
        methods,
        targets,
        (from, to, parts) -> explained(pictures.subList(from, to), methods, parts));
  }

  /** Explains some pictures of a longer list: one list for each method of each target. */
  private interface Batch {
    List<List<Explanation>> explain(int from, int to, List<Target> targets);
  }

  private List<List<Explanation>> inBatches(
      int count, Shape picture, List<? extends Method> methods, List<Target> targets, Batch batch) {
    List<List<Explanation>> all = new ArrayList<>();
    for (int i = 0; i < targets.size() * methods.size(); i++) {
      all.add(new ArrayList<>());
    }
    int size = count > 1 ? batch(picture) : 1;
    for (int from = 0; from < count; from += size) {
      stopIfInterrupted(from, count);
      int first = from;
      int to = Math.min(from + size, count);
      List<Target> parts =
          to - from == count
              ? targets
              : targets.stream().map(target -> target.slice(first, to - first)).toList();
      List<List<Explanation>> some = batch.explain(from, to, parts);
      for (int i = 0; i < all.size(); i++) {
        all.get(i).addAll(some.get(i));
      }
    }
    return all;
  }

  private static void stopIfInterrupted(int done, int count) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted after " + done + " of " + count + " pictures");
    }
  }

  private int batch(Shape picture) {
    synchronized (TURN) {
      long fitting = memory / Math.max(1, whole.footprint(picture));
      return (int) Math.max(1, Math.min(MOST_PICTURES, fitting));
    }
  }

  /**
   * Explains a target of one picture by several methods, which share one forward and one head
   * backward.
   */
  public List<Explanation> explain(Picture picture, List<? extends Method> methods, Target target) {
    return explained(List.of(picture), methods, List.of(target)).stream()
        .map(list -> list.get(0))
        .toList();
  }

  /** Explains the k best classes of a picture, best first, from one forward. */
  public List<Explanation> explainTop(Picture picture, Method method, int k) {
    List<Picture> one = List.of(picture);
    return run(
            scope -> inputs().array(one, scope),
            inputs().subjects(one),
            List.of(method),
            pass ->
                Logits.best(pass.logits().toFloatArray(), k, labels().size() == 2).stream()
                    .map(Target::of)
                    .toList())
        .stream()
        .map(list -> list.get(0))
        .toList();
  }

  /**
   * Explains a ready batch, in parts as large as the memory allows.
   *
   * @param batch (N, 3, H, W) float32, preprocessed
   */
  public List<Explanation> explain(NDArray batch, Method method, Target target) {
    List<Explanation.Subject> subjects = inputs().subjects(batch);
    List<Method> methods = List.of(method);
    return inBatches(
            subjects.size(),
            batch.getShape().slice(1),
            methods,
            List.of(target),
            (from, to, parts) -> ready(batch, from, subjects.subList(from, to), methods, parts))
        .get(0);
  }

  /**
   * Explains ready inputs, in batches as large as the memory allows.
   *
   * @param count how many
   * @param inputs makes the i-th, (3, H, W) as {@link Preprocessing#apply} gives it; each is asked
   *     for once, in order
   */
  public List<Explanation> explain(
      int count, IntFunction<float[]> inputs, Method method, Target target) {
    List<Explanation.Subject> none = inputs().subjects(count);
    List<Method> methods = List.of(method);
    return inBatches(
            count,
            inputs().shape(),
            methods,
            List.of(target),
            (from, to, parts) ->
                run(
                    scope -> inputs().array(to - from, i -> inputs.apply(from + i), scope),
                    none.subList(from, to),
                    methods,
                    pass -> parts))
        .get(0);
  }

  /**
   * The network's output for ready inputs, in batches as large as the memory allows.
   *
   * @param count how many
   * @param inputs makes the i-th, (3, H, W) as {@link Preprocessing#apply} gives it; each is asked
   *     for once, in order
   * @return one a picture, of (K) logits
   */
  public float[][] logits(int count, IntFunction<float[]> inputs) {
    float[][] all = new float[count][];
    int size = count > 1 ? batch(inputs().shape()) : 1;
    int done = 0;
    while (done < count) {
      stopIfInterrupted(done, count);
      // Graphs are compiled for each size of a batch, and of powers of two there are few.
      int some = Integer.highestOneBit(Math.min(size, count - done));
      int first = done;
      synchronized (TURN) {
        try (NDManager scope = network.manager().newSubManager()) {
          NDArray x = inputs().array(some, i -> inputs.apply(first + i), scope);
          SplitModel split = splits(x).get(0);
          NDArray logits = split.head(split.features(x));
          int k = Logits.outputs(logits);
          float[] values = logits.toFloatArray();
          for (int i = 0; i < some; i++) {
            all[first + i] = Arrays.copyOfRange(values, i * k, (i + 1) * k);
          }
        }
      }
      done += some;
      progress.accept(some);
    }
    return all;
  }

  private List<List<Explanation>> ready(
      NDArray batch,
      int from,
      List<Explanation.Subject> subjects,
      List<Method> methods,
      List<Target> targets) {
    return run(
        scope -> {
          NDArray here = scope.from(batch).toDevice(scope.getDevice(), false);
          if (here != batch) {
            here.attach(scope);
          }
          NDArray input = here.stopGradient();
          input.attach(scope);
          if (subjects.size() == batch.getShape().get(0)) {
            return input;
          }
          NDArray some = input.get(from + ":" + (from + subjects.size()));
          some.attach(scope);
          return some;
        },
        subjects,
        methods,
        pass -> targets);
  }

  /**
   * Says what each method would take for the top class of a picture, or why it cannot run here and
   * what would: nothing is explained, but a made-up picture goes through the network once.
   */
  public Plan plan(List<? extends Method> methods) {
    return plan(methods, Target.top());
  }

  /** Says what each method would take for a target, or why it cannot run here and what would. */
  public Plan plan(List<? extends Method> methods, Target target) {
    Target resolved = target.resolve(labels());
    synchronized (TURN) {
      try (NDManager scope = network.manager().newSubManager()) {
        NDArray input = inputs().madeUp(scope);
        List<Plan.Row> rows = new ArrayList<>();
        for (SplitModel split : splits(input)) {
          Pass pass = new Pass(split, whole, input, memory);
          rows.addAll(Explanations.plan(split, pass, methods, resolved));
        }
        return new Plan(rows);
      }
    }
  }

  @Override
  public void close() {
    synchronized (TURN) {
      List.copyOf(others).forEach(Explainer::close);
      others.clear();
      closeSplits();
      whole.close();
      if (shuffledFrom != null) {
        network.close();
        shuffledFrom.others.remove(this);
      }
      if (owned) {
        model.close();
      }
    }
  }

  private Inputs inputs() {
    return new Inputs(preprocessing, labels());
  }

  /** The input, made in the scope of one call. */
  private interface Input {
    NDArray in(NDManager scope);
  }

  private List<List<Explanation>> explained(
      List<Picture> pictures, List<? extends Method> methods, List<Target> targets) {
    return run(
        scope -> inputs().array(pictures, scope),
        inputs().subjects(pictures),
        methods,
        pass -> targets);
  }

  /** All that explains goes through here: one list for each method of each target. */
  private List<List<Explanation>> run(
      Input input,
      List<Explanation.Subject> subjects,
      List<? extends Method> methods,
      Function<Pass, List<Target>> targets) {
    synchronized (TURN) {
      try (NDManager scope = network.manager().newSubManager()) {
        NDArray x = input.in(scope);
        List<List<List<Explanation>>> layers = new ArrayList<>();
        for (SplitModel split : splits(x)) {
          Pass pass = new Pass(split, whole, x, memory, new PassCounter(progress));
          layers.add(explanations.of(split, pass, subjects, methods, targets.apply(pass)));
        }
        return layers.size() == 1 ? layers.get(0) : Explanations.fused(layers);
      }
    }
  }

  /** Cut at the layers that were asked for, or else at the last one with spatial extent. */
  private List<SplitModel> splits(NDArray input) {
    if (splits.isEmpty()) {
      List<LayerPath> layers =
          asked.isEmpty()
              ? List.of(network.defaultLayer(input.getShape().slice(1), grid).path())
              : asked;
      cut(layers);
    }
    return splits;
  }

  void cut(List<LayerPath> layers) {
    try {
      layers.forEach(layer -> splits.add(network.split(layer, grid)));
    } catch (RuntimeException e) {
      closeSplits();
      throw e;
    }
  }

  private void closeSplits() {
    splits.forEach(SplitModel::close);
    splits.clear();
  }
}
