package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import dev.limelight.zoo.JoinedBranches;
import dev.limelight.zoo.NamedBlock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A small residual network (He et al., CVPR 2016, arXiv:1512.03385) for small pictures: a
 * convolution, pooling that halves the sides, and a unit of two convolutions for each of {@code
 * layer1}, {@code layer2} and so on, of which all but the first halve the sides again. Input (N, 3,
 * H, W) in [0, 1].
 *
 * @param channels of each layer; the first convolution has those of the first layer
 * @param units outputs, one a class
 */
public record ResidualNet(List<Integer> channels, int units) {

  /** Checks the sizes. */
  public ResidualNet {
    channels = List.copyOf(channels);
    if (channels.isEmpty() || units < 1) {
      throw new IllegalArgumentException(
          "a ResidualNet has a layer or more and an output or more, but got "
              + channels.size()
              + " layers and "
              + units
              + " outputs");
    }
  }

  /** The network, without weights. */
  public SequentialBlock block() {
    NamedBlock network =
        new NamedBlock()
            .with("conv1", convolution(channels.get(0), 3, 1))
            .with("bn1", BatchNorm.builder().build())
            .with("relu", Activation.reluBlock())
            .with("maxpool", Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    for (int i = 0; i < channels.size(); i++) {
      network.with("layer" + (i + 1), layer(channels.get(i), i == 0));
    }
    return network
        .with("avgpool", Pool.globalAvgPool2dBlock())
        .with("fc", Linear.builder().setUnits(units).build());
  }

  private static Block layer(int channels, boolean first) {
    int stride = first ? 1 : 2;
    NamedBlock main =
        new NamedBlock()
            .with("conv1", convolution(channels, 3, stride))
            .with("bn1", BatchNorm.builder().build())
            .with("relu", Activation.reluBlock())
            .with("conv2", convolution(channels, 3, 1))
            .with("bn2", BatchNorm.builder().build());
    Block skip =
        first
            ? LambdaBlock.singleton(array -> array, "identity")
            : new NamedBlock()
                .with("0", convolution(channels, 1, stride))
                .with("1", BatchNorm.builder().build());
    return new NamedBlock()
        .with("sum", new JoinedBranches(main, skip, NDArray::add))
        .with("relu", Activation.reluBlock());
  }

  private static Block convolution(int filters, int kernel, int stride) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optBias(false)
        .build();
  }

  /** Makes the network again from the properties of a saved folder. */
  public static final class Factory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Made by name. */
    public Factory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
      FactoryArguments saved = new FactoryArguments(arguments);
      return new ResidualNet(saved.numbers("channels"), saved.number("units")).block();
    }
  }
}
