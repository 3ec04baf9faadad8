package dev.limelight.model;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.relevance.Composite;
import dev.limelight.model.relevance.RelevanceMaps;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.Signature;
import dev.limelight.output.OutputShapes;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A whole network in one of the formats that can be cut. The model itself is never changed, and
 * closing its network frees nothing of it.
 */
@API(status = Status.INTERNAL)
public interface Network extends AutoCloseable {

  /** The network of a loaded or initialised model, with the output that its file decides on. */
  static Network of(Model model) {
    return of(model, NetworkChoice.NONE);
  }

  /**
   * The network of a loaded or initialised model.
   *
   * @param choice which of its outputs is explained, and the values of further inputs
   * @throws IllegalArgumentException if it has no such output or input
   */
  static Network of(Model model, NetworkChoice choice) {
    return NetworkFormats.cutting(model).network(model, choice);
  }

  /** Its inputs and outputs, and which output is explained. */
  default Signature signature() {
    return Signature.PLAIN;
  }

  /**
   * Says what is known of its model before anything is looked at, and keeps what is found out.
   *
   * @param facts about the model as it is used here
   */
  default void know(KeptFacts facts) {}

  /** The manager of its inputs and outputs: of an engine that can compute with arrays. */
  NDManager manager();

  /**
   * The outputs at which it can be cut, in the order of computation.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  List<Output> outputs(Shape input);

  /**
   * An output at which the network can be cut.
   *
   * @param path its name
   * @param kind what computes it
   * @param shape for one picture, in the network's own layout
   * @param order which dimension is which if the network knows, or null
   * @param feature whether it may be explained without being named: it is neither the picture in
   *     another order nor made of numbers that have no places, as far as the network knows
   */
  record Output(
      LayerPath path, String kind, Shape shape, Layout.@Nullable Order order, boolean feature) {

    /** An output of which no more is known. */
    public Output(LayerPath path, String kind, Shape shape, Layout.@Nullable Order order) {
      this(path, kind, shape, order, true);
    }

    /** An output whose layout follows from its shape. */
    public Output(LayerPath path, String kind, Shape shape) {
      this(path, kind, shape, null);
    }

    List<Layout> readings(Shape picture, @Nullable Grid grid) {
      return Layout.readings(shape, picture, grid, order);
    }

    Layer as(Layout layout) {
      return new Layer(path, kind, layout.shape(shape), layout);
    }
  }

  /**
   * How many numbers a forward pass makes of one picture: those of all operations as far as they
   * are known, and of the picture.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  default long values(Shape input) {
    return input.size() + outputs(input).stream().mapToLong(each -> each.shape().size()).sum();
  }

  /** Whether all outputs are explained as one, so that there may be several heads. */
  default boolean joinsOutputs() {
    return false;
  }

  /**
   * The outputs that are explained together, in the order in which they lie side by side.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  default List<OutputShapes.Output> explainedOutputs(Shape input) {
    try (NDManager scope = manager().newSubManager();
        SplitModel whole = whole()) {
      Shape one = new Shape(1).addAll(input);
      NDArray picture = NativeArrays.of(scope, new float[Math.toIntExact(one.size())], one);
      Shape output = whole.head(whole.features(picture)).getShape();
      String name = signature().explained();
      return List.of(new OutputShapes.Output(name == null ? "output" : name, output));
    }
  }

  /**
   * The same with the values for a picture of numbers in [0, 1].
   *
   * @param split this network, cut at any layer
   * @param labels the number of classes that have names, or 0
   */
  default OutputShapes sampledOutputs(SplitModel split, Shape input, int labels) {
    Random random = new Random(0);
    float[] noise = new float[Math.toIntExact(input.size())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    try (NDManager scope = manager().newSubManager()) {
      int width = Math.toIntExact(input.get(2));
      int height = Math.toIntExact(input.get(1));
      List<OutputShapes.Output> outputs = explainedOutputs(input);
      NDArray picture = NativeArrays.of(scope, noise, new Shape(1).addAll(input));
      // What lists objects has a row for each, and cannot be put side by side.
      float[] sample =
          outputs.stream().allMatch(OutputShapes.Output::isOfPictures)
              ? split.head(split.features(picture)).toFloatArray()
              : new float[0];
      return new OutputShapes(outputs, width, height, labels, sample);
    }
  }

  /**
   * The layers at which a map can be computed, in the order of computation; grids are derived from
   * shapes.
   */
  default List<Layer> layers(Shape input) {
    return layers(input, null);
  }

  /**
   * The layers at which a map can be computed, in the order of computation: those whose output is
   * (N, C, h, w), or can be converted to it.
   *
   * @param input the shape of one picture, (C, H, W)
   * @param grid that of the tokens if it is known, or null
   */
  default List<Layer> layers(Shape input, @Nullable Grid grid) {
    Shape picture = new Shape(1).addAll(input);
    List<Layer> layers = new ArrayList<>();
    for (Output output : outputs(input)) {
      List<Layout> readings = output.readings(picture, grid);
      if (readings.size() == 1) {
        layers.add(output.as(readings.get(0)));
      }
    }
    return layers;
  }

  /**
   * The layer that is explained when none is named: the last one with spatial extent. Where a head
   * reads a class token alone, that is the last one of its shape whose locations still reach the
   * head.
   *
   * @param input the shape of one picture, (C, H, W)
   * @param grid that of the tokens if it is known, or null
   * @throws UnsupportedException if there is none, or if the grid of a later layer is ambiguous
   */
  default Layer defaultLayer(Shape input, @Nullable Grid grid) {
    return new DefaultLayer(this, input, grid).find();
  }

  /**
   * Cuts at a layer.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  SplitModel split(LayerPath path);

  /**
   * Cuts at a layer.
   *
   * @param grid that of its tokens if it is known, or null
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  default SplitModel split(LayerPath path, @Nullable Grid grid) {
    return split(path).on(grid);
  }

  /**
   * Whether everything passes a layer: a cut there carries nothing but the layer's output.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  boolean isPassed(LayerPath path);

  /** The name in {@link #outputs} of a layer that may be called otherwise. */
  default LayerPath listed(LayerPath path) {
    return path;
  }

  /**
   * From the picture to the outputs of several layers, in one forward and without recording.
   *
   * @param layers that everything passes, in the order of computation
   */
  Stage through(List<LayerPath> layers);

  /**
   * What lies between layers that everything passes, prepared to be recorded.
   *
   * @param layers two or more, in the order of computation
   */
  Tail tail(List<LayerPath> layers);

  /** What follows a layer that everything passes, differentiated at later layers too. */
  interface Tail extends AutoCloseable {

    /** One that records the parts between layers by the engine of the last one's cut. */
    static Tail recorded(List<Stage> between) {
      return new Tail() {
        @Override
        public TailGradients gradients(
            SplitModel last, List<Layout> layouts, Cut from, Function<NDArray, NDList> scores) {
          return last.gradients(between, layouts, from, scores);
        }

        @Override
        public void close() {
          between.forEach(Stage::close);
        }
      };
    }

    /**
     * Runs what follows the first layer and differentiates it, all from one forward.
     *
     * @param last the network cut at the last layer
     * @param layouts of the layers after the first
     * @param from the cut at the first layer
     * @param scores (N, K) logits to one tensor a score, each summed over the batch
     */
    TailGradients gradients(
        SplitModel last, List<Layout> layouts, Cut from, Function<NDArray, NDList> scores);

    @Override
    void close();
  }

  /**
   * The gradients of scores at several layers.
   *
   * @param cuts at the layers after the first
   * @param atLast the logits, and the gradients at the last layer
   * @param before at each layer but the last, for each score the gradient, (N, C, h, w)
   */
  record TailGradients(List<Cut> cuts, Gradients atLast, List<List<NDArray>> before) {

    /** For each score the gradient at the first layer. */
    List<NDArray> atFirst() {
      return before.isEmpty() ? atLast.perScore() : before.get(0);
    }

    /** With a layer before the first, whose part gave a cut at what was the first. */
    TailGradients after(Cut first, List<NDArray> gradients) {
      List<Cut> allCuts = new ArrayList<>(List.of(first));
      allCuts.addAll(cuts);
      List<List<NDArray>> all = new ArrayList<>(List.of(gradients));
      all.addAll(before);
      return new TailGradients(allCuts, atLast, all);
    }
  }

  /**
   * The network cut at its input: the features are the picture itself, and everything else is the
   * head. It is not fused, so that it can be recorded.
   */
  SplitModel whole();

  /** Whether its gradients can be computed. */
  default Support gradients() {
    return Support.yes();
  }

  /**
   * Prepares guided backpropagation.
   *
   * @throws UnsupportedException if the network's ReLUs cannot be found; the message says why
   */
  GuidedBackprop guidedBackprop();

  /**
   * Prepares the gradients at all biases.
   *
   * @throws UnsupportedException if they cannot be had one by one; the message says what to do
   */
  default BiasGradients biasGradients() {
    throw UnsupportedException.noGradient(
        "full-grad needs the gradient at every bias, inside branches too, and only .onnx and .pt2"
            + " files give it; export the network as one of these, or use integrated-gradients");
  }

  /**
   * Prepares the reading of attention probabilities.
   *
   * @throws UnsupportedException if they cannot be found; the message says what to do
   */
  default AttentionMaps attention(AttentionForm form) {
    throw new UnsupportedException(
        "attention probabilities are read from the graph of an .onnx, .pt2 or TorchScript file on"
            + " ONNX Runtime; export the network to ONNX, or read a TorchScript file or a folder"
            + " with --engine onnx");
  }

  /**
   * Prepares layer-wise relevance propagation.
   *
   * @throws UnsupportedException if an operator has no rule; the message says what to do
   */
  default RelevanceMaps relevance(Composite composite) {
    throw UnsupportedException.noGradient(
        "relevance is propagated through the graph of an .onnx, .pt2 or TorchScript file on ONNX"
            + " Runtime; export the network to ONNX, or read a TorchScript file or a folder with"
            + " --engine onnx");
  }

  /** The gradients of a score at the picture and at all biases. */
  interface BiasGradients extends AutoCloseable {

    /**
     * Computes them.
     *
     * @param input pictures, (N, C, H, W)
     * @param score (N, K) logits to (N) scores
     */
    BiasShares of(NDArray input, Function<NDArray, NDArray> score);

    @Override
    void close();
  }

  /**
   * Biases times the gradient where each is added.
   *
   * @param gradients those at the picture, (N, C, H, W)
   * @param maps one a bias of a layer with locations, (N, C, h, w)
   * @param others the sum for each picture of those without locations, (N)
   */
  record BiasShares(NDArray gradients, List<NDArray> maps, NDArray others) {}

  /**
   * The layers that have weights, from the output down to the input: the first is next to the
   * logits. A layer is the module or operator that owns the parameters.
   */
  List<String> weightedLayers();

  /**
   * The same network with the values of each parameter of some layers shuffled within its array:
   * weights that are random and keep their distribution, so that activations keep their scale,
   * running variances stay positive and nothing becomes NaN. The other parameters are shared with
   * the model. It owns the shuffled copies: close it, and first what was cut from it.
   *
   * @param layers of {@link #weightedLayers}; with none it is the unchanged network
   * @param seed the same seed shuffles a parameter in the same way
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo et al. 2018, Sanity Checks for Saliency
   *     Maps</a>
   */
  Network shuffled(Collection<String> layers, long seed);

  @Override
  void close();

  /**
   * The activation after the logits, which is left out, such as "softmax", or null: scores are raw
   * logits unless a target says otherwise.
   */
  @Nullable String outputActivation();

  /**
   * Prepares parts that are cut from now on to be run by several threads at once.
   *
   * @param callers how many threads at most
   * @param threads that the engine may use for all of them, or 0 for what the environment says
   * @return how many may: 1 where callers take turns
   */
  default int shared(int callers, int threads) {
    return 1;
  }

  /**
   * Whether a softmax or sigmoid that is not left out lies between the last weights and the output,
   * as far as the format knows.
   */
  default boolean activated() {
    return false;
  }
}
