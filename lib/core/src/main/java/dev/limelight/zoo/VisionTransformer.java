package dev.limelight.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The network of Dosovitskiy et al. (ICLR 2021, arXiv:2010.11929) with timm's names: a class token
 * and no registers. Input (N, 3, side, side); a block gives (N, 1 + patches, width).
 *
 * @param side of the input, in pixels
 * @param patch the side of a patch, in pixels
 * @param width the channels of a token
 * @param depth the blocks
 * @param heads of each attention
 * @param hidden the units between the two linear layers of a block
 * @param options what differs between publications
 */
@API(status = Status.INTERNAL)
public record VisionTransformer(
    int side, int patch, int width, int depth, int heads, int hidden, Options options) {

  /**
   * What differs between publications.
   *
   * @param epsilon of the normalisations
   * @param qkvBias whether queries, keys and values have a bias
   * @param layerScale whether a factor a channel ends each branch
   * @param classPosition whether the class token has a position
   */
  public record Options(
      double epsilon, boolean qkvBias, boolean layerScale, boolean classPosition) {

    /** Those of the first publication. */
    public static final Options USUAL = new Options(1e-6, true, false, true);
  }

  /** Checks the sizes. */
  public VisionTransformer {
    if (patch < 1 || side < patch || heads < 1 || depth < 1 || width < heads || hidden < 1) {
      throw new IllegalArgumentException(
          "a vision transformer has sizes above zero and pictures of a patch or more, but got side "
              + side
              + ", patch "
              + patch
              + ", width "
              + width
              + ", depth "
              + depth
              + ", heads "
              + heads);
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "the width is a multiple of the heads, but got " + width + " and " + heads);
    }
  }

  /**
   * The network without weights.
   *
   * @param classes outputs of the linear layer
   */
  public SequentialBlock newBlock(int classes) {
    int grid = side / patch;
    NamedBlock blocks = new NamedBlock();
    for (int i = 0; i < depth; i++) {
      blocks.with(Integer.toString(i), block());
    }
    return new NamedBlock()
        .with("patch_embed", new NamedBlock().with("proj", Blocks.patches(width, patch)))
        .step("tokens", new TokenEmbedding(width, grid * grid, options.classPosition()))
        .with("blocks", blocks)
        .with("norm", norm())
        .with(
            "class_token",
            ShapedFunction.of(
                tokens -> tokens.get(":, 0"),
                "classToken",
                each -> new Shape(each.get(0), each.get(2))))
        .with("head", Blocks.linear(classes));
  }

  private Block block() {
    NamedBlock attention =
        new NamedBlock()
            .with("norm1", norm())
            .with("attn", new Attention(width, heads, options.qkvBias()));
    NamedBlock mlp =
        new NamedBlock()
            .with("norm2", norm())
            .with(
                "mlp",
                new NamedBlock()
                    .with("fc1", Blocks.linear(hidden))
                    .with("act", Blocks.gelu())
                    .with("fc2", Blocks.linear(width)));
    if (options.layerScale()) {
      attention.with("ls1", new LayerScale(width));
      mlp.with("ls2", new LayerScale(width));
    }
    return new NamedBlock()
        .step("attention", Blocks.residual(attention))
        .step("mlp", Blocks.residual(mlp));
  }

  private Block norm() {
    return Blocks.layerNorm(2, options.epsilon());
  }
}
