package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A small convolutional network for small pictures: stages of two convolutions with BatchNorm and
 * ReLU, halved in size between stages, and one of two heads. Its first child is the base, whose
 * output is the last convolution's; the rest is the head.
 *
 * @param side of the square input, in pixels
 * @param channels of each stage
 * @param units outputs: one for a sigmoid unit, else one a class
 * @param head what turns the base's output into logits
 */
public record ConvNet(int side, List<Integer> channels, int units, Head head) {

  /** The two heads of the tutorial. */
  public enum Head {
    /** Global average pooling and one linear layer, which is what CAM needs. */
    POOLED,
    /** A hidden fully connected layer with dropout, which only gradients can explain. */
    CONNECTED
  }

  private static final int HIDDEN = 32;

  /** Checks the sizes. */
  public ConvNet {
    channels = List.copyOf(channels);
    if (channels.isEmpty() || units < 1 || side >> channels.size() - 1 < 2) {
      throw new IllegalArgumentException(
          "a ConvNet has a stage or more, an output or more, and two pixels or more after the last"
              + " stage, but got "
              + channels.size()
              + " stages, "
              + units
              + " outputs and "
              + side
              + " pixels");
    }
  }

  /** One sigmoid unit on three stages. */
  public static ConvNet binary(int side, Head head) {
    return new ConvNet(side, List.of(16, 32, 64), 1, head);
  }

  /** The same network with the other head. */
  public ConvNet with(Head other) {
    return new ConvNet(side, channels, units, other);
  }

  /** The shape of the base's output for one picture, (C, h, w). */
  private Shape featureShape() {
    long end = side >> channels.size() - 1;
    return new Shape(channels.get(channels.size() - 1), end, end);
  }

  /** A model with new weights on the engine of DJL's blocks; the caller closes it. */
  public Model newModel(String name) {
    return newModel(name, EngineName.ofBlocks());
  }

  /** A model with new weights; the caller closes it. */
  public Model newModel(String name, EngineName engine) {
    return Networks.initialised(name, engine, block(), new Shape(3, side, side));
  }

  /**
   * A new model with the weights of a trained base and of a head that was trained on what the base
   * gave; the caller closes it.
   *
   * @param base a model of a network with the same stages, whatever its head
   * @param head a model of {@link #newHead}
   */
  public Model join(String name, Model base, Model head) {
    Model model = newModel(name, EngineName.of(base.getNDManager()).orElseThrow());
    Networks.copy(
        base.getBlock().getChildren().valueAt(0), model.getBlock().getChildren().valueAt(0));
    join(model, head);
    return model;
  }

  /**
   * Puts a trained head into a whole model.
   *
   * @param model a model of this network
   * @param trained of {@link #newHead}
   */
  public void join(Model model, Model trained) {
    Networks.copy(trained.getBlock(), model.getBlock().getChildren().valueAt(1));
  }

  /**
   * A model of the head alone with new weights on the engine of DJL's blocks, to be trained on
   * features; the caller closes it.
   */
  public Model newHead(String name) {
    return newHead(name, EngineName.ofBlocks());
  }

  /**
   * A model of the head alone with new weights, to be trained on features; the caller closes it.
   */
  public Model newHead(String name, EngineName engine) {
    return Networks.initialised(name, engine, headBlock(), featureShape());
  }

  /** The whole network, without weights. */
  public SequentialBlock block() {
    return new SequentialBlock().add(base()).add(headBlock());
  }

  /** The convolutions. */
  private SequentialBlock base() {
    SequentialBlock base = new SequentialBlock();
    for (int i = 0; i < channels.size(); i++) {
      if (i > 0) {
        base.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
      }
      SequentialBlock stage = new SequentialBlock();
      for (int j = 0; j < 2; j++) {
        stage
            .add(
                Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .setFilters(channels.get(i))
                    .optBias(false)
                    .build())
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock());
      }
      base.add(stage);
    }
    return base;
  }

  /** What follows the convolutions. */
  private SequentialBlock headBlock() {
    SequentialBlock block = new SequentialBlock();
    if (head == Head.POOLED) {
      block.add(Pool.globalAvgPool2dBlock());
    } else {
      block
          .add(Blocks.batchFlattenBlock())
          .add(Linear.builder().setUnits(HIDDEN).build())
          .add(Activation.reluBlock())
          .add(Dropout.builder().optRate(0.5f).build());
    }
    return block.add(Linear.builder().setUnits(units).build());
  }

  /**
   * Saves a model of this network as DJL does, with what is needed to open the folder again without
   * this code at hand: {@code limelight explain --model FOLDER} and {@code new ModelFile(folder,
   * engine).load()} read it.
   *
   * @param model a trained model of this shape
   * @param folder where to write; what a model of the same name has left there is replaced
   */
  public void save(Model model, Path folder) throws IOException {
    FactoryArguments arguments =
        new FactoryArguments()
            .with("side", side)
            .with("channels", channels)
            .with("units", units)
            .with("head", head);
    Networks.save(model, folder, Factory.class, arguments);
  }

  /** Makes the network again from the properties that {@link ConvNet#save} wrote. */
  public static final class Factory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Made by name. */
    public Factory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
      FactoryArguments saved = new FactoryArguments(arguments);
      return new ConvNet(
              saved.number("side"),
              saved.numbers("channels"),
              saved.number("units"),
              saved.head("head"))
          .block();
    }
  }
}
