package dev.limelight;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import dev.limelight.data.ImageSet;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.output.Reading;
import dev.limelight.plugin.Distinct;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import dev.limelight.support.Workers;
import dev.limelight.target.Logits;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Explains what a model looked at. The model is left unchanged: its mode, its parameters, their
 * gradients. It may be used from several threads, which take turns on one engine; a long call ends
 * within one batch of an interrupt, with a {@link CancellationException}.
 */
public final class Explainer implements AutoCloseable {

  private final Runner runner;
  private final ModelInfo model;
  private final LongConsumer progress;
  private final List<LayerPath> requested;

  /** Whose network it is, or null if it is this one's. */
  private final @Nullable Explainer original;

  /** The layers that are explained, once they are known. */
  private volatile List<LayerPath> layers = List.of();

  /** The size at which they were found before anything was explained, or null. */
  private volatile @Nullable Shape looked;

  private volatile boolean closed;

  Explainer(
      Runner runner,
      ModelInfo model,
      LongConsumer progress,
      List<LayerPath> requested,
      @Nullable Explainer original) {
    this.runner = runner;
    this.model = model;
    this.progress = progress;
    this.requested = requested;
    this.original = original;
  }

  /** Explains a model that is in memory, with everything else found automatically. */
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
   * What is known about the model: its name, its classes, and how pictures become its input. Where
   * no softmax or sigmoid was found, the first call runs a picture of noise to see whether the
   * output holds probabilities.
   */
  public ModelInfo model() {
    if (!runner.isMeasured() && !closed) {
      boolean first = layers.isEmpty();
      try (Runner.Session session = session(inputShape())) {
        looked = first ? inputShape() : null;
        return known(session, inputShape());
      } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
        // What cannot be cut or run so is refused when it is explained.
        return model;
      }
    }
    return runner.measured(model);
  }

  /** The same for pictures of a shape, (C, H, W). */
  private ModelInfo known(Runner.Session session, Shape shape) {
    try {
      session.measure(shape);
    } catch (EngineException | IllegalArgumentException e) {
      // What refuses noise refuses pictures, or is known by the next one.
      return model;
    }
    return runner.read(runner.measured(model), layers(shape), shape);
  }

  /** The layers at which the model can be cut, in the order of computation. */
  public List<Layer> layers() {
    return runner.layers(inputShape());
  }

  /**
   * The layers that have weights, from the output down to the input: the first is next to the
   * logits.
   */
  public List<String> weightedLayers() {
    return runner.weightedLayers();
  }

  /**
   * The same model explained at another layer, or at several: then the map is the mean of their
   * heatmaps, each divided by its maximum (Jiang et al. 2021). A layer that is named twice counts
   * once. The model is cut once at each layer, however many views ask for it. Closing the view
   * frees what was cut for it; it is freed with this explainer at the latest.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public Explainer at(String... others) {
    if (others.length == 0) {
      throw new IllegalArgumentException(
          "at() needs one layer or several, but got none; layers() lists them");
    }
    Distinct<LayerPath> distinct =
        ExplainerBuilder.distinct(Stream.of(others).map(LayerPath::of).toArray(LayerPath[]::new));
    return view(distinct.values(), model.noted(distinct.repetitions())).cut();
  }

  /** The same model with other preprocessing. */
  public Explainer with(Preprocessing other) {
    return view(requested, model.with(other));
  }

  private Explainer view(List<LayerPath> others, ModelInfo info) {
    return new Explainer(runner, info, progress, others, original == null ? this : original);
  }

  /** Cuts at the layers that were asked for, so that a layer that is not there is refused now. */
  Explainer cut() {
    runner.open(requested).close();
    layers = requested;
    return this;
  }

  /**
   * The same with a copy of the network in which the layers next to the output are random: the
   * values of each of their parameters are shuffled within its array, which keeps its distribution
   * (Adebayo et al. 2018). It explains at the same layers. Closing it frees its weights; it is
   * closed with this explainer at the latest. This explainer is unchanged.
   *
   * @param count how many of {@link #weightedLayers}
   * @param seed the same seed gives the same shuffle; a layer is shuffled the same however many are
   * @throws IllegalArgumentException if there are not so many
   */
  public Explainer shuffled(int count, long seed) {
    List<LayerPath> same = layers(inputShape());
    Runner copy = runner.shuffled(count, seed);
    String name =
        model.name()
            + ", "
            + count
            + " of "
            + Count.of(weightedLayers().size(), "layer")
            + " shuffled";
    return new Explainer(copy, model.changed(name), progress, same, null);
  }

  /** Explains the top class of a picture by Grad-CAM. */
  public Explanation explain(Picture picture) {
    return explain(Question.of(picture)).get(0);
  }

  /** Explains a target of a picture. */
  public Explanation explain(Picture picture, Method method, Target target) {
    return explain(Question.of(picture).methods(method).targets(target)).get(0);
  }

  /**
   * Explains what is asked, in batches as large as the memory allows. All targets and methods share
   * one forward pass a batch.
   */
  public Explanations explain(Question question) {
    Source source = question.source();
    int count = source.count();
    Shape shape = source.shape(model.preprocessing());
    Map<Integer, List<Explanation>> parts = new ConcurrentSkipListMap<>();
    try (Runner.Session session = session(shape)) {
      ExplanationMaker maker = new ExplanationMaker(known(session, shape), question);
      int size = runner.pictures(shape, count);
      try (Parts ahead = Parts.of(source, size, model.preprocessing())) {
        int batches = (count + size - 1) / size;
        // Other inputs are made on the thread of the caller.
        int threads =
            source instanceof Source.Pictures ? Math.min(runner.concurrency(), batches) : 1;
        AtomicInteger next = new AtomicInteger();
        Workers.run(
            threads,
            () -> {
              int from;
              Source.Part part;
              synchronized (next) {
                from = next.getAndAdd(size);
                if (from >= count) {
                  return false;
                }
                stopIfInterrupted(from, count);
                part = ahead.next();
              }
              parts.put(from, session.explain(maker, part, from));
              return true;
            });
      }
    }
    return Explanations.of(question, List.copyOf(parts.values()));
  }

  /**
   * How many threads explain at once: what {@link ExplainerBuilder#optConcurrency} set where the
   * network can be run by several, and else 1, as others take turns.
   */
  public int concurrency() {
    return runner.concurrency();
  }

  /**
   * The network's output for ready inputs, in batches as large as the memory allows.
   *
   * @param count how many
   * @param inputs makes the i-th, (C, H, W) as {@link Preprocessing#apply} gives it; each is asked
   *     for once, in order
   * @return one a picture, of (K) logits
   */
  public float[][] logits(int count, IntFunction<float[]> inputs) {
    float[][] all = new float[count][];
    Source source = new Source.Inputs(count, inputs);
    try (Runner.Session session = session(inputShape())) {
      int size = runner.pictures(inputShape(), count);
      int done = 0;
      while (done < count) {
        stopIfInterrupted(done, count);
        // Graphs are compiled for each size of a batch, and of powers of two there are few.
        int batchSize = Integer.highestOneBit(Math.min(size, count - done));
        Source.Part part = source.part(done, done + batchSize, model.preprocessing());
        float[] values = session.logits(part);
        int k = values.length / batchSize;
        for (int i = 0; i < batchSize; i++) {
          all[done + i] = Arrays.copyOfRange(values, i * k, (i + 1) * k);
        }
        done += batchSize;
        progress.accept(batchSize);
      }
    }
    return all;
  }

  /**
   * What a detector finds in a picture, in pixels of the picture, the highest score first; the n-th
   * is {@link Target#box(int)} where the suppression is the usual one.
   *
   * @throws UnsupportedException if its outputs are not read as boxes
   */
  public List<Detection> detect(Picture picture, NonMaximumSuppression suppression) {
    Source source = new Source.Pictures(List.of(picture));
    Preprocessing by = model.preprocessing();
    Shape shape = source.shape(by);
    Source.Part part = source.part(0, 1, by);
    try (Runner.Session session = session(shape)) {
      Rectangle2D visible = by.visibleRegion(picture.width(), picture.height());
      Rectangle2D input = new Rectangle2D.Double(0, 0, by.width(), by.height());
      return session.detect(part, suppression).stream()
          .map(one -> one.on(one.box().moved(input, visible)))
          .toList();
    }
  }

  /**
   * What a function makes of the evidence for one target, batch by batch, in batches as large as
   * the memory allows.
   *
   * @param count how many inputs
   * @param inputs makes the i-th, as in {@link #logits}
   * @param target that is explained
   * @param function is given the evidence of a batch; nothing native may leave it
   * @return one a batch, in order
   * @throws UnsupportedException if the network runs in a separate process, or several layers are
   *     explained
   */
  @API(status = Status.INTERNAL)
  public <T> List<T> evidence(
      int count, IntFunction<float[]> inputs, Target target, Function<Evidence, T> function) {
    List<T> all = new ArrayList<>();
    Source source = new Source.Inputs(count, inputs);
    try (Runner.Session session = session(inputShape())) {
      Target resolved = known(session, inputShape()).resolved(target);
      int size = runner.pictures(inputShape(), count);
      int done = 0;
      while (done < count) {
        stopIfInterrupted(done, count);
        int batchSize = Integer.highestOneBit(Math.min(size, count - done));
        Source.Part part = source.part(done, done + batchSize, model.preprocessing());
        all.add(session.evidence(part, resolved, function));
        done += batchSize;
        progress.accept(batchSize);
      }
    }
    return all;
  }

  /**
   * The number of classes that the network distinguishes, by one forward pass.
   *
   * @throws UnsupportedException if its output is not (N, K)
   * @throws IllegalArgumentException if there are more or fewer labels
   */
  public int classes() {
    Reading reading = model().reading();
    if (reading != null) {
      reading.checkClasses("each of its classes");
    }
    int values = 3 * model.preprocessing().height() * model.preprocessing().width();
    int outputs = logits(1, i -> new float[values])[0].length;
    model.checkLabels(outputs);
    return Logits.classes(outputs, model.binary());
  }

  /**
   * The same pictures with labels that count this network's classes ({@link ImageSet#labelled(List,
   * int)}).
   */
  public ImageSet labelled(ImageSet images) {
    return images.labels().isEmpty() ? images : images.labelled(model.labels(), classes());
  }

  /**
   * Returns the cost of each method for a target, or why it cannot run and which method can:
   * nothing is explained, but a picture of noise goes through the network once.
   */
  public Plan plan(List<? extends Method> methods, Target target) {
    model.resolved(target);
    try (Runner.Session session = session(inputShape())) {
      Target resolved = known(session, inputShape()).resolved(target);
      return new Plan(session.plan(inputShape(), methods, resolved));
    }
  }

  private static void stopIfInterrupted(int done, int count) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "interrupted after " + done + " of " + Count.of(count, "picture"));
    }
  }

  private Shape inputShape() {
    return Source.inputShape(model.preprocessing());
  }

  /** The network cut for one call, which keeps it open. */
  private Runner.Session session(Shape input) {
    return runner.open(layers(input));
  }

  /** The layers that were asked for, or else the last one with spatial extent. */
  private List<LayerPath> layers(Shape input) {
    if (closed) {
      throw new IllegalStateException("this explainer is closed; explain before, or make another");
    }
    Shape before = looked;
    if (layers.isEmpty() || before != null && !before.equals(input)) {
      layers = requested.isEmpty() ? List.of(runner.defaultLayer(input)) : requested;
    }
    looked = null;
    return layers;
  }

  /**
   * Frees what is not used any more, after the calls that use it now. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    if (original == null) {
      runner.close();
    } else {
      runner.free(layers.stream().filter(layer -> !original.layers.contains(layer)).toList());
    }
  }

  /** Where the network runs that this explainer and its views share. */
  Runner runner() {
    return runner;
  }
}
