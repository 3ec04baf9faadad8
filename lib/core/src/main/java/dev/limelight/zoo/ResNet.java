package dev.limelight.zoo;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.List;

/**
 * The residual network of He et al. (CVPR 2016, arXiv:1512.03385) as torchvision builds it, so that
 * its weights fit ({@link NamedWeights#fill}): the stride of a bottleneck is in its convolution of
 * three pixels. Layers are named as in torchvision, {@code layer4.1}. Input (N, 3, 224, 224) of
 * pictures normalised as {@code Preprocessing.imageNet()} does; other sides work too.
 *
 * @param units in each of the four stages
 * @param bottleneck whether a unit has three convolutions instead of two
 */
public record ResNet(List<Integer> units, boolean bottleneck) {

  private static final int STEM = 64;

  /** Checks the stages. */
  public ResNet {
    units = List.copyOf(units);
    if (units.isEmpty() || units.stream().anyMatch(number -> number < 1)) {
      throw new IllegalArgumentException(
          "a ResNet has stages of one unit or more, such as [2, 2, 2, 2], but got " + units);
    }
  }

  /** The published network of 18, 34, 50, 101 or 152 layers. */
  public static ResNet of(int layers) {
    return switch (layers) {
      case 18 -> new ResNet(List.of(2, 2, 2, 2), false);
      case 34 -> new ResNet(List.of(3, 4, 6, 3), false);
      case 50 -> new ResNet(List.of(3, 4, 6, 3), true);
      case 101 -> new ResNet(List.of(3, 4, 23, 3), true);
      case 152 -> new ResNet(List.of(3, 8, 36, 3), true);
      default ->
          throw new IllegalArgumentException(
              "a published ResNet has 18, 34, 50, 101 or 152 layers, not " + layers);
    };
  }

  /**
   * The network without weights.
   *
   * @param classes outputs of the linear layer
   */
  public SequentialBlock newBlock(int classes) {
    NamedBlock network =
        new NamedBlock()
            .with("conv1", convolution(STEM, 7, 2))
            .with("bn1", norm())
            .with("relu", Blocks.relu())
            .with("maxpool", ShapedFunction.maxPool(3, 2, 1));
    int input = STEM;
    for (int i = 0; i < units.size(); i++) {
      NamedBlock stage = new NamedBlock();
      int inner = STEM << i;
      int output = bottleneck ? 4 * inner : inner;
      for (int j = 0; j < units.get(i); j++) {
        int stride = i > 0 && j == 0 ? 2 : 1;
        stage.with(Integer.toString(j), unit(input, inner, output, stride));
        input = output;
      }
      network.with("layer" + (i + 1), stage);
    }
    return network.with("avgpool", ShapedFunction.averagePool()).with("fc", Blocks.linear(classes));
  }

  private Block unit(int input, int inner, int output, int stride) {
    NamedBlock main = new NamedBlock();
    if (bottleneck) {
      main.with("conv1", convolution(inner, 1, 1)).with("bn1", norm());
      main.with("relu1", Blocks.relu());
      main.with("conv2", convolution(inner, 3, stride)).with("bn2", norm());
      main.with("relu2", Blocks.relu());
      main.with("conv3", convolution(output, 1, 1)).with("bn3", norm());
    } else {
      main.with("conv1", convolution(inner, 3, stride)).with("bn1", norm());
      main.with("relu1", Blocks.relu());
      main.with("conv2", convolution(output, 3, 1)).with("bn2", norm());
    }
    Block sum =
        stride == 1 && input == output
            ? Blocks.residual(main)
            : Blocks.sum(
                main,
                new NamedBlock()
                    .with(
                        "downsample",
                        new NamedBlock()
                            .with("0", convolution(output, 1, stride))
                            .with("1", norm())));
    return new NamedBlock().step("sum", sum).with("relu", Blocks.relu());
  }

  private static Block convolution(int filters, int kernel, int stride) {
    return Blocks.convolution(filters, kernel, stride, 1, false);
  }

  private static Block norm() {
    return Blocks.batchNorm(1e-5);
  }
}
