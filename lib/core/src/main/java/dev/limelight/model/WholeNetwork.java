package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import dev.limelight.model.relevance.Composite;
import dev.limelight.model.relevance.RelevanceMaps;
import dev.limelight.support.UnsupportedException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A network from the picture to the logits, differentiated with respect to the picture. Each kind
 * of gradient is prepared at its first use.
 */
@API(status = Status.INTERNAL)
public final class WholeNetwork implements AutoCloseable {

  private final Network network;
  private final EngineLock lock;
  private final Map<Shape, Long> footprints = new HashMap<>();
  private final Map<Shape, List<Layer>> layers = new HashMap<>();
  private final Map<LayerPath, Boolean> passed = new HashMap<>();
  private final Map<List<LayerPath>, Stage> through = new HashMap<>();
  private final Map<List<LayerPath>, Network.Tail> tails = new HashMap<>();
  private final Map<AttentionForm, AttentionMaps> attention = new EnumMap<>(AttentionForm.class);
  private final Map<Composite, RelevanceMaps> relevance = new HashMap<>();
  private @Nullable SplitModel cutAtInput;
  private @Nullable GuidedBackprop guided;
  private Network.@Nullable BiasGradients biases;

  /** Of a network; its model owns the parameters. */
  public WholeNetwork(Network network) {
    this.network = network;
    lock = EngineLock.of(network.manager().getEngine());
  }

  /**
   * The gradients of scores with respect to the picture.
   *
   * @param input pictures, (N, C, H, W)
   * @param scores (N, K) logits to one tensor a score, each summed over the batch
   * @throws UnsupportedException if the engine has none
   */
  public Gradients gradients(NDArray input, Function<NDArray, NDList> scores) {
    checkGradients();
    SplitModel split = once(this::cutAtInput);
    return split.gradients(new Cut(input, new NDList()), scores);
  }

  /**
   * Guided backpropagation from the score to the picture; the forward pass gives the logits too.
   *
   * @throws UnsupportedException if the network's ReLUs cannot be found; the message says why
   */
  public Gradients guidedGradients(NDArray input, Function<NDArray, NDArray> score) {
    return guided().gradients(input, score);
  }

  /**
   * Checks that the network can be differentiated.
   *
   * @throws UnsupportedException if it cannot
   */
  public void checkGradients() {
    network.gradients().require();
  }

  /**
   * Checks that guided backpropagation can run, and prepares it.
   *
   * @throws UnsupportedException if it cannot
   */
  public void prepareGuided() {
    guided();
  }

  /** The activations that guided backpropagation acts on. */
  public GuidedBackprop.Rectifiers rectifiers() {
    return guided().rectifiers();
  }

  /**
   * The gradients at the picture and at all biases.
   *
   * @throws UnsupportedException if they cannot be had; the message says why
   */
  public Network.BiasShares biasShares(NDArray input, Function<NDArray, NDArray> score) {
    return biases().of(input, score);
  }

  /**
   * Checks that the gradients at all biases can be computed, and prepares them.
   *
   * @throws UnsupportedException if they cannot
   */
  public void prepareBiases() {
    biases();
  }

  /**
   * The blocks of attention, prepared at their first use.
   *
   * @throws UnsupportedException if they cannot be read; the message says why
   */
  public AttentionMaps attention(AttentionForm form) {
    if (form.hasGradient()) {
      checkGradients();
    }
    return once(() -> attention.computeIfAbsent(form, network::attention));
  }

  /**
   * Layer-wise relevance propagation, prepared at its first use.
   *
   * @throws UnsupportedException if an operator has no rule; the message says what to do
   */
  public RelevanceMaps relevance(Composite composite) {
    return once(() -> relevance.computeIfAbsent(composite, network::relevance));
  }

  /**
   * The layout of attention's tokens.
   *
   * @param tokens of blocks of attention
   * @param picture the shape of the network's input, (N, C, H, W)
   * @param grid that of the tokens if it is known, or null
   * @throws UnsupportedException if they lie on no grid, or may lie on several
   */
  public static Layout layout(AttentionMaps.Tokens tokens, Shape picture, @Nullable Grid grid) {
    // As many channels as make it a feature.
    Shape like = new Shape(picture.get(0), tokens.count(), 2);
    return Layout.of(LayerPath.of(tokens.layer()), like, picture, grid, null);
  }

  private SplitModel cutAtInput() {
    if (cutAtInput == null) {
      cutAtInput = network.whole();
    }
    return cutAtInput;
  }

  private Network.BiasGradients biases() {
    checkGradients();
    return once(
        () -> {
          if (biases == null) {
            biases = network.biasGradients();
          }
          return biases;
        });
  }

  private GuidedBackprop guided() {
    checkGradients();
    return once(
        () -> {
          if (guided == null) {
            guided = network.guidedBackprop();
          }
          return guided;
        });
  }

  /** What is prepared at its first use, which no other thread may enter half-way. */
  private <T> T once(Supplier<T> prepared) {
    return lock.call(prepared);
  }

  /**
   * The approximate memory of a forward pass, in bytes per picture: what all operations give.
   *
   * @param picture its shape, (C, H, W)
   */
  public long footprint(Shape picture) {
    return once(
        () -> footprints.computeIfAbsent(picture, one -> Float.BYTES * network.values(one)));
  }

  /**
   * The layers at which it can be cut.
   *
   * @param picture its shape, (C, H, W)
   */
  public List<Layer> layers(Shape picture) {
    return once(() -> layers.computeIfAbsent(picture, network::layers));
  }

  /** The name by which a layer is listed. */
  public LayerPath listed(LayerPath path) {
    return network.listed(path);
  }

  /** Whether everything passes a layer. */
  public boolean isPassed(LayerPath path) {
    return once(() -> passed.computeIfAbsent(path, network::isPassed));
  }

  /**
   * The outputs of several layers that everything passes, in inference mode and without recording.
   *
   * @param split the same network, cut
   * @param input pictures, (N, C, H, W)
   * @param chosen in the order of computation
   */
  public List<Cut> through(SplitModel split, NDArray input, List<Layer> chosen) {
    List<LayerPath> paths = chosen.stream().map(Layer::path).toList();
    Stage stage = once(() -> through.computeIfAbsent(paths, network::through));
    return split.through(stage, input, chosen.stream().map(Layer::layout).toList());
  }

  /**
   * The gradients of scores at several layers that everything passes, from one forward of what
   * follows the first.
   *
   * @param split the network cut at the last of them
   * @param chosen in the order of computation
   * @param cut at the first
   */
  public Network.TailGradients gradients(
      SplitModel split, List<Layer> chosen, Cut cut, Function<NDArray, NDList> scores) {
    List<LayerPath> paths = chosen.stream().map(Layer::path).toList();
    List<Layout> layouts = chosen.stream().skip(1).map(Layer::layout).toList();
    Network.Tail tail = once(() -> tails.computeIfAbsent(paths, network::tail));
    return tail.gradients(split, layouts, cut, scores);
  }

  @Override
  public void close() {
    through.values().forEach(Stage::close);
    through.clear();
    tails.values().forEach(Network.Tail::close);
    tails.clear();
    attention.values().forEach(AttentionMaps::close);
    attention.clear();
    relevance.values().forEach(RelevanceMaps::close);
    relevance.clear();
    if (cutAtInput != null) {
      cutAtInput.close();
      cutAtInput = null;
    }
    if (guided != null) {
      guided.close();
      guided = null;
    }
    if (biases != null) {
      biases.close();
      biases = null;
    }
  }
}
