package dev.limelight.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.event.CutEvent;
import dev.limelight.event.Span;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.signature.OutputRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A network with its cuts and shuffled copies: it is cut once at each layer, however many callers
 * share it. A cut that is freed while a call uses it is closed at the end of that call.
 */
@API(status = Status.INTERNAL)
public final class SharedNetwork implements AutoCloseable {

  private static final String LAYER = "default-layer";

  private static final String RANGE = "output-range";

  private final Network network;
  private final @Nullable Grid grid;
  private final WholeNetwork whole;
  private final EngineLock lock;
  private final Runnable onFreed;
  private final @Nullable SharedNetwork original;
  private final KeptFacts facts;
  private final Map<LayerPath, Part> parts = new HashMap<>();
  private final Set<SharedNetwork> copies = new LinkedHashSet<>();
  private int uses;
  private boolean closed;
  private volatile @Nullable OutputRange range;

  /** To find it takes a forward pass, and explainers with other settings ask again. */
  private @Nullable LayerPath defaultLayer;

  private @Nullable Shape ofDefaultLayer;

  /** The network cut at one layer, and the number of calls that use it. */
  private static final class Part {
    private final SplitModel split;
    private int uses;
    private boolean dropped;

    private Part(SplitModel split) {
      this.split = split;
    }

    private void closeIfUnused() {
      if (dropped && uses == 0) {
        split.close();
      }
    }
  }

  /**
   * Shares a network.
   *
   * @param grid that of the layers' tokens if it is known, or null
   * @param facts about its model
   * @param onFreed runs once, when nothing uses the network any more
   */
  public SharedNetwork(Network network, @Nullable Grid grid, KeptFacts facts, Runnable onFreed) {
    this(network, grid, facts, onFreed, null);
  }

  private SharedNetwork(
      Network network,
      @Nullable Grid grid,
      KeptFacts facts,
      Runnable onFreed,
      @Nullable SharedNetwork original) {
    this.network = network;
    this.grid = grid;
    this.onFreed = onFreed;
    this.original = original;
    this.facts = facts;
    if (facts != KeptFacts.NONE) {
      network.know(facts);
    }
    whole = new WholeNetwork(network);
    lock = EngineLock.of(network.manager().getEngine());
  }

  /** The network, not cut. */
  public Network network() {
    return network;
  }

  /** The network from the picture to the logits. */
  public WholeNetwork whole() {
    return whole;
  }

  /** The lock of the engine that computes its arrays. */
  public EngineLock lock() {
    return lock;
  }

  /**
   * The layers at which it can be cut.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  public List<Layer> layers(Shape input) {
    return lock.call(() -> open().layers(input, grid));
  }

  /**
   * The layer that is explained when none is named.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  public LayerPath defaultLayer(Shape input) {
    return lock.call(
        () -> {
          Network opened = open();
          LayerPath known = defaultLayer;
          if (known == null || !input.equals(ofDefaultLayer)) {
            known = keptLayer(opened, input);
            defaultLayer = known;
            ofDefaultLayer = input;
          }
          return known;
        });
  }

  private LayerPath keptLayer(Network opened, Shape input) {
    Map<String, String> also = also(input);
    return facts
        .get(LAYER, also)
        .filter(name -> !name.isBlank())
        .map(LayerPath::of)
        .filter(this::canBeCut)
        .orElseGet(
            () -> {
              LayerPath found = opened.defaultLayer(input, grid).path();
              facts.put(LAYER, also, found.name());
              return found;
            });
  }

  /** Whether there is such a layer. It is cut there, as a layer that is asked for is cut next. */
  private boolean canBeCut(LayerPath layer) {
    try {
      parts.computeIfAbsent(layer, path -> new Part(cut(path)));
      return true;
    } catch (EngineException | IllegalArgumentException e) {
      return false;
    }
  }

  private Map<String, String> also(Shape picture) {
    return Map.of("picture", picture.toString(), "grid", String.valueOf(grid));
  }

  /** The layers that have weights, from the output down to the input. */
  public List<String> weightedLayers() {
    return lock.call(() -> open().weightedLayers());
  }

  private Network open() {
    if (closed) {
      throw new IllegalStateException(
          "the explainer of this network is closed; explain before it is, or make another");
    }
    return network;
  }

  /**
   * The network cut at layers, for one call; new layers are cut.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public Cuts cuts(List<LayerPath> layers) {
    return lock.call(
        () -> {
          open();
          List<Part> used = new ArrayList<>();
          for (LayerPath layer : layers) {
            used.add(parts.computeIfAbsent(layer, path -> new Part(cut(path))));
          }
          used.forEach(part -> part.uses++);
          uses++;
          return new Cuts(used);
        });
  }

  private SplitModel cut(LayerPath path) {
    Span span =
        Span.begin(() -> new CutEvent(path.name(), network.manager().getEngine().getEngineName()));
    SplitModel split = network.split(path, grid);
    span.end();
    return split;
  }

  /** The network cut at some layers, as long as a call needs it. */
  public final class Cuts implements AutoCloseable {

    private final List<Part> used;

    private Cuts(List<Part> used) {
      this.used = used;
    }

    /** One per layer, in the order requested. */
    public List<SplitModel> splits() {
      return used.stream().map(part -> part.split).toList();
    }

    @Override
    public void close() {
      lock.clean(
          () -> {
            for (Part part : used) {
              part.uses--;
              part.closeIfUnused();
            }
            release();
          });
    }
  }

  /** Where the values of its output lie, or null before {@link #measure}. */
  public @Nullable OutputRange range() {
    return network.outputActivation() == null ? range : OutputRange.ANY;
  }

  /**
   * Measures where the values of its output lie, unless that is known.
   *
   * @param split the network, cut at any layer
   * @param picture the shape of one, (C, H, W)
   * @param noise makes a picture of numbers in [0, 1], (1, C, H, W)
   */
  public void measure(SplitModel split, Shape picture, Supplier<NDArray> noise) {
    Map<String, String> also = new HashMap<>(also(picture));
    also.put("layer", split.layer().name());
    range =
        facts
            .get(RANGE, also)
            .flatMap(OutputRange::named)
            .orElseGet(
                () -> {
                  OutputRange found = rangeOf(split, noise.get());
                  facts.put(RANGE, also, found.name());
                  return found;
                });
  }

  /** Where the values of a network's output lie, for a picture of numbers in [0, 1]. */
  public static OutputRange rangeOf(SplitModel split, NDArray noise) {
    OutputRange found = range(split, noise);
    // Logits may lie in [0, 1] once by chance.
    return found == OutputRange.ANY ? found : found.and(range(split, noise.neg().add(1)));
  }

  private static OutputRange range(SplitModel split, NDArray picture) {
    NDArray output = split.head(split.features(picture));
    return output.getShape().dimension() == 2
        ? OutputRange.of(output.toFloatArray())
        : OutputRange.ANY;
  }

  /** Frees the cuts at some layers; a later request cuts the network again. */
  public void free(Collection<LayerPath> layers) {
    lock.clean(
        () -> {
          for (LayerPath layer : layers) {
            Part part = parts.remove(layer);
            if (part != null) {
              part.dropped = true;
              part.closeIfUnused();
            }
          }
        });
  }

  /** The number of layers at which it is cut. */
  public int cutLayers() {
    return lock.call(parts::size);
  }

  /** The number of open shuffled copies. */
  public int openCopies() {
    return lock.call(copies::size);
  }

  /**
   * A copy in which the values of the parameters of some layers are shuffled. It is closed with
   * this network, or before.
   *
   * @param count how many of {@link #weightedLayers}, from the output on
   * @param seed the same seed shuffles a parameter in the same way
   * @throws IllegalArgumentException if there are not so many
   */
  public SharedNetwork shuffled(int count, long seed) {
    return lock.call(
        () -> {
          List<String> all = weightedLayers();
          if (all.isEmpty()) {
            throw new IllegalArgumentException(
                "no layer of this network has weights that can be shuffled; where torch.jit.freeze"
                    + " made them constants of the graph, save the model without it");
          }
          if (count < 1 || count > all.size()) {
            throw new IllegalArgumentException(
                "from 1 to "
                    + all.size()
                    + " layers of this network can be shuffled, as so many have weights, but got "
                    + count);
          }
          Network shuffled = network.shuffled(all.subList(0, count), seed);
          SharedNetwork copy =
              new SharedNetwork(shuffled, grid, KeptFacts.NONE, shuffled::close, this);
          copy.range = range;
          copies.add(copy);
          // A copy shares the parameters that are not shuffled.
          uses++;
          return copy;
        });
  }

  private void release() {
    uses--;
    if (closed && uses == 0) {
      whole.close();
      onFreed.run();
      if (original != null) {
        original.copies.remove(this);
        original.release();
      }
    }
  }

  /** Frees everything: now, or after the calls that are still running. */
  @Override
  public void close() {
    lock.clean(
        () -> {
          if (!closed) {
            closed = true;
            uses++;
            free(List.copyOf(parts.keySet()));
            List.copyOf(copies).forEach(SharedNetwork::close);
            release();
          }
        });
  }
}
