package dev.limelight;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.event.LoadEvent;
import dev.limelight.event.Span;
import dev.limelight.isolation.Isolation;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.Grid;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SharedNetwork;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.companion.ModelCompanions;
import dev.limelight.model.loading.FastestEngine;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.model.loading.ModelKey;
import dev.limelight.model.loading.OpenedModel;
import dev.limelight.output.OutputReaders;
import dev.limelight.plugin.Distinct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link Explainer}. */
public final class ExplainerBuilder {

  private @Nullable Model model;
  private @Nullable ModelFile file;
  private @Nullable Device device;
  private int threads;
  private int concurrency = 1;
  private Distinct<LayerPath> layers = distinct();
  private @Nullable Preprocessing preprocessing;
  private List<String> labels = List.of();
  private long memory = Limits.BY_DEVICE;
  private LongConsumer progress = Limits.NOBODY;
  private @Nullable Grid grid;
  private @Nullable String output;
  private @Nullable String reader;
  private final Map<String, List<Double>> constants = new LinkedHashMap<>();
  private boolean channelsLast;
  private boolean fastest;
  private boolean kept;
  private @Nullable Isolation isolation;

  ExplainerBuilder() {}

  /** Explains a model in memory, which stays the caller's. */
  public ExplainerBuilder setModel(Model newModel) {
    model = newModel;
    return this;
  }

  /** Explains a model on disk, which the explainer loads and closes. */
  public ExplainerBuilder setModel(ModelFile newFile) {
    file = newFile;
    return this;
  }

  /** Explains a model on disk, on the engine of its file. */
  public ExplainerBuilder setModel(Path path) {
    return setModel(ModelFile.of(path));
  }

  /**
   * Loads a model on disk onto this device, such as {@link
   * dev.limelight.model.Devices#best(dev.limelight.model.EngineName)}; without it onto the best
   * that its engine sees. A model in memory stays where it is.
   */
  public ExplainerBuilder optDevice(Device newDevice) {
    device = newDevice;
    return this;
  }

  /**
   * Runs a model on its engine or, brought into an ONNX graph, on ONNX Runtime, whichever takes
   * less time for a forward here; {@link ModelInfo#notes} says why. For a model on disk it is
   * measured once for a file, library, machine and number of threads. Where the graph cannot be
   * made, or differs in logits or layers, the model's own engine is used. Of a model in memory the
   * graph has copies of the weights: once these change, its explainer refuses to explain.
   */
  public ExplainerBuilder optFastestEngine(boolean chosen) {
    fastest = chosen;
    return this;
  }

  /**
   * Keeps what runs on noise tell of a model on disk, such as the layer that is explained when none
   * is named, for later processes: in the folder {@code LIMELIGHT_CACHE_DIR}, or {@code limelight}
   * in DJL's cache, under the hash of its files. Without it every process looks again, and no file
   * is written. The results are the same. Nothing is kept of a model on a GPU, of an isolated one,
   * and of one whose engine is chosen by speed.
   */
  public ExplainerBuilder optKeptFacts(boolean newKept) {
    kept = newKept;
    return this;
  }

  /**
   * Loads a model on disk for so many threads, which then holds for all models of the process;
   * without it the environment variable OMP_NUM_THREADS counts, or else there is one for each core.
   * PyTorch takes it only before its first model. With 1, results do not depend on the machine's
   * cores.
   *
   * @throws IllegalArgumentException if it is below one
   */
  public ExplainerBuilder optThreads(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("threads are a number from 1, but got " + number);
    }
    threads = number;
    return this;
  }

  /**
   * Explains the pictures of a set on so many threads at once, at most one for each of the engine's
   * threads, of which each gets its share. For small networks this is faster than all threads for
   * one batch after the other; a single picture takes longer. They share the memory. ONNX Runtime
   * on a CPU can, and the share holds for all its models of the process; with others {@link
   * Explainer#concurrency} stays 1. A listener is called by one thread at a time.
   *
   * @throws IllegalArgumentException if it is below one
   */
  public ExplainerBuilder optConcurrency(int callers) {
    if (callers < 1) {
      throw new IllegalArgumentException("the concurrency is a number from 1, but got " + callers);
    }
    concurrency = callers;
    return this;
  }

  /**
   * Cuts at this layer, or at several, each of which counts once; without it at the last one with
   * spatial extent.
   */
  public ExplainerBuilder optLayer(LayerPath... newLayers) {
    layers = distinct(newLayers);
    return this;
  }

  static Distinct<LayerPath> distinct(LayerPath... layers) {
    return Distinct.of(List.of(layers), "layer", LayerPath::name);
  }

  /**
   * How pictures become input; without it what the model or a file beside it says, and else the
   * middle of the picture in [0, 1], at 224x224, which {@link Preprocessing#assumption} tells.
   */
  public ExplainerBuilder optPreprocessing(Preprocessing newPreprocessing) {
    preprocessing = newPreprocessing;
    return this;
  }

  /**
   * The memory in bytes, roughly, for the pictures of a batch and for the changed copies of a
   * picture that many methods need; without it 512 MiB, or an eighth of the memory where that is
   * more on a GPU, or less on the machine or in its container. They go through the network in
   * batches as large as this allows.
   *
   * @throws IllegalArgumentException if it is not above zero
   */
  public ExplainerBuilder optMemory(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "the memory is a number of bytes above zero, but got " + bytes);
    }
    memory = bytes;
    return this;
  }

  /**
   * Receives the number of passes of each batch, on the thread that explains and without any lock;
   * those that a method will make in all are known from {@link Explainer#plan}.
   */
  public ExplainerBuilder optProgress(LongConsumer newProgress) {
    progress = newProgress;
    return this;
  }

  /**
   * The locations of layers that give tokens, (N, tokens, C), row after row; without it they are
   * read from the shapes. Tokens beyond {@code height * width} come first and belong to no
   * location.
   *
   * @throws IllegalArgumentException if one of them is below one
   */
  public ExplainerBuilder optGrid(int height, int width) {
    grid = new Grid(height, width);
    return this;
  }

  /**
   * Says that the network takes (N, H, W, C) where its file does not, such as a TorchScript model
   * or an .onnx file without lengths; pictures are turned for it.
   */
  public ExplainerBuilder optChannelsLast(boolean last) {
    channelsLast = last;
    return this;
  }

  /**
   * The names of the classes in the order of the outputs; without it those that the model or a file
   * beside it gives.
   */
  public ExplainerBuilder optLabels(List<String> newLabels) {
    labels = List.copyOf(newLabels);
    return this;
  }

  /** The names of the classes in the order of the outputs. */
  public ExplainerBuilder optLabels(String... newLabels) {
    return optLabels(List.of(newLabels));
  }

  /**
   * Explains the output of that name, of a model with several, or that of that index, counted from
   * 0, where outputs have no names; without it the one that the labels, a name or the graph decides
   * on, which {@link ModelInfo#notes} says.
   */
  public ExplainerBuilder optOutput(@Nullable String name) {
    output = name;
    return this;
  }

  /**
   * Reads all outputs, as those of a detector; without it the network is a classifier.
   *
   * @param name of the reader, such as {@code yolo}, or {@code auto} for the only one that fits
   * @throws IllegalArgumentException if there is no such reader
   */
  public ExplainerBuilder optReader(@Nullable String name) {
    reader = OutputReaders.checked(name);
    return this;
  }

  /**
   * Gives an input beside the picture the same value for all pictures.
   *
   * @param name of the input
   * @param values one for all of its elements, or one for each
   */
  public ExplainerBuilder optConstant(String name, double... values) {
    constants.put(name, Arrays.stream(values).boxed().toList());
    return this;
  }

  /**
   * Loads and runs a model on disk in a separate process, for a file that a stranger made: a crash,
   * a memory that is full or an endless computation there becomes an exception here, and the next
   * picture is explained by a new process. The process may take 8 GiB and, for loading and for each
   * picture, ten minutes. It runs as the same user and may read the same files.
   */
  public ExplainerBuilder optIsolated(boolean isolated) {
    isolation = isolated ? limits() : null;
    return this;
  }

  /**
   * Isolates the model, and ends its process when it takes longer.
   *
   * @param limit for loading the model, and for each picture; in whole seconds
   * @throws IllegalArgumentException if it is below one second
   */
  public ExplainerBuilder optTimeLimit(Duration limit) {
    isolation = limits().withSeconds((int) Math.min(Integer.MAX_VALUE, limit.toSeconds()));
    return this;
  }

  /**
   * Isolates the model, and limits the memory of its process where the system can, which is Linux
   * without a GPU; a quarter of it is for Java's heap, which is always limited.
   *
   * @param bytes of addresses
   * @throws IllegalArgumentException if it is below 2 GiB
   */
  public ExplainerBuilder optMemoryLimit(long bytes) {
    isolation = limits().withMemory(bytes);
    return this;
  }

  private Isolation limits() {
    return isolation == null ? Isolation.STANDARD : isolation;
  }

  /**
   * Makes the explainer of a model in memory.
   *
   * @throws IllegalArgumentException if the model cannot be cut, there is no such layer, or it is
   *     not on the device that was asked for
   */
  public Explainer build() {
    if (model == null) {
      throw new IllegalArgumentException(
          "an explainer needs a model in memory: call setModel(Model), or load() for one on disk");
    }
    if (threads > 0) {
      throw new IllegalArgumentException(
          "a model in memory has its threads already: call setModel with its path, and load()");
    }
    if (isolation != null) {
      throw new IllegalArgumentException(
          "a model in memory cannot be isolated: call setModel with its path, and load()");
    }
    if (device != null) {
      Devices.check(model, device);
    }
    NetworkSettings settings = settings(ModelCompanions.none());
    if (!fastest) {
      return build(OpenedModel.inMemory(model), null, settings, KeptFacts.NONE);
    }
    OpenedModel chosen = OpenedModel.fastest(model, settings.of(model));
    try {
      return build(chosen, null, chosen.owned() ? settings.of(model) : settings, KeptFacts.NONE);
    } catch (RuntimeException e) {
      if (chosen.owned()) {
        chosen.model().close();
      }
      throw e;
    }
  }

  /**
   * Loads the model from disk and makes its explainer.
   *
   * @throws IOException if the model cannot be read
   * @throws IllegalArgumentException if its engine does not have the device that was asked for
   */
  public Explainer load() throws IOException {
    if (file == null) {
      throw new IllegalArgumentException(
          "load() reads a model from disk: call setModel with its path, or build() instead");
    }
    ModelFile placed = device == null ? file : file.on(device);
    if (isolation != null && fastest) {
      throw new IllegalArgumentException(
          "an isolated model runs on an engine that is named: leave away either its isolation or"
              + " the choice of the fastest engine");
    }
    if (isolation != null) {
      return isolated(placed, isolation);
    }
    if (threads > 0) {
      placed.engine().setThreads(threads);
    }
    ModelFile.Hash hash = file.sha256Meanwhile();
    NetworkSettings settings = settings(ModelCompanions.of(file.path()));
    if (fastest && threads > 0) {
      EngineName.ONNX_RUNTIME.setThreads(threads);
    }
    KeptFacts facts =
        kept && !fastest
            ? KeptFacts.of(
                () -> ModelKey.onCpu(placed, hash, settings.described()), hash::isCurrent)
            : KeptFacts.NONE;
    String path = file.path().toString();
    Span span = Span.begin(() -> new LoadEvent(path, placed.engine().title()));
    FastestEngine.Loaded loaded =
        fastest
            ? FastestEngine.load(placed, settings)
            : new FastestEngine.Loaded(placed.load(facts), placed, List.of());
    span.end();
    try {
      List<String> notes = new ArrayList<>(loaded.notes());
      notes.addAll(loaded.file().notes());
      return build(OpenedModel.loaded(loaded.model(), notes), hash.get(), settings, facts);
    } catch (IOException | RuntimeException e) {
      loaded.model().close();
      throw e;
    }
  }

  private NetworkSettings settings(ModelCompanions beside) {
    return new NetworkSettings(
        labels, preprocessing, output, reader, constants, channelsLast, beside);
  }

  private Explainer isolated(ModelFile placed, Isolation limits) throws IOException {
    ModelSettings settings =
        new ModelSettings(
            placed,
            threads,
            layers.values(),
            labels,
            memory,
            grid,
            output,
            reader,
            constants,
            channelsLast,
            progress != Limits.NOBODY);
    IsolatedModel isolated = new IsolatedModel(settings, limits, progress);
    try {
      ModelInfo found = isolated.load();
      ModelInfo info = preprocessing == null ? found : found.with(preprocessing);
      Runner runner = new IsolatedRunner(isolated, List.of());
      return new Explainer(
              runner, info.noted(layers.repetitions()), progress, layers.values(), null)
          .cut();
    } catch (UncheckedIOException e) {
      isolated.close();
      throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    } catch (RuntimeException e) {
      isolated.close();
      throw e;
    }
  }

  private Explainer build(
      OpenedModel source, @Nullable String sha256, NetworkSettings settings, KeptFacts facts) {
    Model opened = source.model();
    Network network = settings.network(opened);
    ModelInfo info =
        settings.described(opened, network, sha256, source.notes()).noted(layers.repetitions());
    // Refers to a model of the caller's as well: DJL closes one to which nothing refers.
    Runnable onFreed = source.owned() ? opened::close : () -> Reference.reachabilityFence(opened);
    SharedNetwork shared = new SharedNetwork(network, grid, facts, onFreed);
    Readings readings = reader == null ? null : Readings.of(reader, settings.labels(opened).size());
    int callers = concurrency == 1 ? 1 : network.shared(concurrency, threads);
    Limits limits = Limits.of(memory, opened.getNDManager().getDevice(), progress, callers);
    Runner runner = new LocalRunner(shared, limits, readings, source.check());
    Explainer explainer = new Explainer(runner, info, progress, layers.values(), null);
    try {
      return explainer.cut();
    } catch (RuntimeException e) {
      // What was loaded is closed by the caller.
      shared.free(layers.values());
      throw e;
    }
  }
}
