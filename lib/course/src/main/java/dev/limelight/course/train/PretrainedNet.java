package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import dev.limelight.course.train.ConvNet.Head;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.zoo.EfficientNetLite;
import dev.limelight.zoo.NamedBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A published network's convolutions, frozen, with a new head: {@code scale}, {@code base}, {@code
 * top}. Input (N, 3, side, side) in [0, 1]; the base gives (N, 1280, side / 32, side / 32). The
 * base is run once over all pictures ({@link #features}), the head is trained on that, and {@link
 * #join} makes one model of both.
 *
 * @param base the published network
 * @param side of the square input, in pixels
 * @param units outputs: one for a sigmoid unit, else one a class
 * @param head what turns the base's output into logits
 */
public record PretrainedNet(EfficientNetLite base, int side, int units, Head head) {

  private static final int HIDDEN = 32;

  /** Checks the sizes. */
  public PretrainedNet {
    if (side < 32 || units < 1) {
      throw new IllegalArgumentException(
          "a pretrained network has an input of 32 pixels or more and an output or more, but got "
              + side
              + " pixels and "
              + units
              + " outputs");
    }
  }

  /** One sigmoid unit on EfficientNet-Lite0. */
  public static PretrainedNet binary(int side, Head head) {
    return new PretrainedNet(EfficientNetLite.lite0(), side, 1, head);
  }

  /**
   * What the frozen part gives for every picture, computed once, to train {@link #newHead} on. Of a
   * picture a pooled head gets the mean of each channel, (1280), which is all that it needs; any
   * other (1280, h, w).
   *
   * @param model of {@link #newModel}; it is not changed
   * @param data pictures and labels
   * @param batchSize of the result
   * @param seed of the order of the result's batches
   * @param each is run after every picture, such as a step of a progress bar
   * @return features and labels, as long as the model is open
   * @throws IOException if the data cannot be read
   */
  public ArrayDataset features(
      Model model, RandomAccessDataset data, int batchSize, long seed, Runnable each)
      throws IOException {
    UnaryOperator<NDArray> kept =
        head == Head.POOLED
            // DJL's PyTorch takes the mean of one axis at a time.
            ? maps -> maps.mean(new int[] {3}).mean(new int[] {2})
            : UnaryOperator.identity();
    return CachedFeatures.of(model, LayerPath.of("base"), kept, data, batchSize, seed, each);
  }

  /** What {@link #features} gives for one picture. */
  Shape featureShape() {
    long end = (side + 31) / 32;
    return head == Head.POOLED
        ? new Shape(EfficientNetLite.FEATURES)
        : new Shape(EfficientNetLite.FEATURES, end, end);
  }

  /** The whole network, without weights. */
  private SequentialBlock block() {
    return new NamedBlock()
        // A sum, as DJL on PyTorch frees the number of a product before a gradient reads it.
        .with("scale", LambdaBlock.singleton(array -> array.add(array).sub(1), "Scale"))
        .with("base", base.newFeatures())
        .with("top", top());
  }

  /**
   * A model with the published weights and a new head on the engine of DJL's blocks; the caller
   * closes it.
   *
   * @throws IOException if the weights are not there; the message says how to get them
   */
  public Model newModel(String name) throws IOException {
    return newModel(name, EngineName.ofBlocks());
  }

  /**
   * A model with the published weights and a new head; the caller closes it.
   *
   * @throws IOException if the weights are not there; the message says how to get them
   */
  public Model newModel(String name, EngineName engine) throws IOException {
    Path weights = base.weights();
    Model model = Networks.initialised(name, engine, block(), new Shape(3, side, side));
    try {
      base.fill(model.getBlock().getChildren().get("base"), weights);
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * A model of what {@link #features} still lacks, with new weights on the engine of DJL's blocks,
   * to be trained; the caller closes it.
   */
  public Model newHead(String name) {
    return newHead(name, EngineName.ofBlocks());
  }

  /**
   * A model of what {@link #features} still lacks, with new weights, to be trained; the caller
   * closes it.
   */
  public Model newHead(String name, EngineName engine) {
    return Networks.initialised(name, engine, classifier(new NamedBlock()), featureShape());
  }

  /**
   * Puts a trained head into the whole model.
   *
   * @param model of {@link #newModel}
   * @param trained of {@link #newHead}
   */
  public void join(Model model, Model trained) {
    Networks.copy(trained.getBlock(), model.getBlock().getChildren().get("top"));
  }

  private NamedBlock top() {
    NamedBlock top = new NamedBlock();
    if (head == Head.POOLED) {
      top.with("pool", Pool.globalAvgPool2dBlock());
    }
    return classifier(top);
  }

  private NamedBlock classifier(NamedBlock top) {
    top.with("flatten", Blocks.batchFlattenBlock());
    if (head == Head.CONNECTED) {
      top.with("hidden", Linear.builder().setUnits(HIDDEN).build())
          .with("relu", Activation.reluBlock())
          .with("dropout", Dropout.builder().optRate(0.5f).build());
    }
    return top.with("linear", Linear.builder().setUnits(units).build());
  }

  /**
   * Saves a whole model as DJL does, with what is needed to open the folder again without this code
   * at hand, as {@link ConvNet#save} does.
   *
   * @param model of {@link #newModel}
   * @param folder where to write; what a model of the same name has left there is replaced
   */
  public void save(Model model, Path folder) throws IOException {
    FactoryArguments arguments =
        new FactoryArguments()
            .with("base", base.name())
            .with("side", side)
            .with("units", units)
            .with("head", head);
    Networks.save(model, folder, Factory.class, arguments);
  }

  /** Makes the network again from the properties that {@link PretrainedNet#save} wrote. */
  public static final class Factory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Made by name. */
    public Factory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
      FactoryArguments saved = new FactoryArguments(arguments);
      String name = saved.text("base");
      EfficientNetLite base =
          EfficientNetLite.named(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "base is such as efficientnet-lite0, not " + name));
      return new PretrainedNet(
              base, saved.number("side"), saved.number("units"), saved.head("head"))
          .block();
    }
  }
}
