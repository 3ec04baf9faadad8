package dev.limelight.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The network of Liu et al. (CVPR 2022, arXiv:2201.03545) with timm's names. Input (N, 3, H, W) of
 * sides that are a multiple of 32; the last stage gives (N, C, H / 32, W / 32).
 *
 * @param depths the blocks of each stage
 * @param widths the channels of each stage
 * @param layerScale whether a factor a channel ends each block
 * @param headEpsilon that of the last normalisation
 */
@API(status = Status.INTERNAL)
public record ConvNext(
    List<Integer> depths, List<Integer> widths, boolean layerScale, double headEpsilon) {

  /** That of all normalisations but the last. */
  public static final double EPSILON = 1e-6;

  /** Checks the stages. */
  public ConvNext {
    depths = List.copyOf(depths);
    widths = List.copyOf(widths);
    if (depths.isEmpty() || depths.size() != widths.size()) {
      throw new IllegalArgumentException(
          "a ConvNeXt has a depth and a width for each stage, but got "
              + depths
              + " and "
              + widths);
    }
  }

  /**
   * The network without weights.
   *
   * @param classes outputs of the linear layer
   */
  public SequentialBlock newBlock(int classes) {
    NamedBlock stages = new NamedBlock();
    for (int i = 0; i < depths.size(); i++) {
      stages.with(Integer.toString(i), stage(i));
    }
    return new NamedBlock()
        .with(
            "stem",
            new NamedBlock()
                .with("0", Blocks.patches(widths.get(0), 4))
                .with("1", new LayerNorm2d(EPSILON)))
        .with("stages", stages)
        .with(
            "head",
            new NamedBlock()
                .with("global_pool", ShapedFunction.averagePool())
                .with("norm", Blocks.layerNorm(1, headEpsilon))
                .with("fc", Blocks.linear(classes)));
  }

  private Block stage(int number) {
    int width = widths.get(number);
    NamedBlock stage = new NamedBlock();
    if (number > 0) {
      stage.with(
          "downsample",
          new NamedBlock().with("0", new LayerNorm2d(EPSILON)).with("1", Blocks.patches(width, 2)));
    }
    NamedBlock blocks = new NamedBlock();
    for (int j = 0; j < depths.get(number); j++) {
      blocks.with(
          Integer.toString(j), new NamedBlock().step("sum", Blocks.residual(branch(width))));
    }
    return stage.with("blocks", blocks);
  }

  private Block branch(int width) {
    NamedBlock branch =
        new NamedBlock()
            .with("conv_dw", Blocks.convolution(width, 7, 1, width, true))
            .with(
                "channels_last",
                ShapedFunction.of(
                    maps -> maps.transpose(0, 2, 3, 1),
                    "channelsLast",
                    each -> new Shape(each.get(0), each.get(2), each.get(3), each.get(1))))
            .with("norm", Blocks.layerNorm(3, EPSILON))
            .with(
                "mlp",
                new NamedBlock()
                    .with("fc1", Blocks.linear(4 * width))
                    .with("act", Blocks.gelu())
                    .with("fc2", Blocks.linear(width)));
    if (layerScale) {
      branch.step("layer_scale", new LayerScale(width));
    }
    return branch.with(
        "channels_first",
        ShapedFunction.of(
            maps -> maps.transpose(0, 3, 1, 2),
            "channelsFirst",
            each -> new Shape(each.get(0), each.get(3), each.get(1), each.get(2))));
  }
}
