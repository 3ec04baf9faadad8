package dev.limelight.model.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;

/** The blocks of attention of a network, in one of the forms in which methods read them. */
public interface AttentionMaps extends AutoCloseable {

  /**
   * Which tokens there are for pictures of a size, found by running the network on noise.
   *
   * @param picture the shape of one picture, (C, H, W)
   * @throws dev.limelight.support.UnsupportedException if the blocks do not all attend from every
   *     token of the picture to every other; the message says why and what to do
   */
  Tokens tokens(Shape picture);

  /**
   * Runs the network.
   *
   * @param input pictures, (N, C, H, W)
   * @param score (N, K) logits to (N) scores; not asked where the form has no gradient
   */
  Blocks of(NDArray input, Function<NDArray, NDArray> score);

  @Override
  void close();

  /**
   * The tokens.
   *
   * @param layer the name of the last block's probabilities
   * @param read the share of each token in what the head reads, adding up to 1: all of it is the
   *     class token's where the head reads that alone
   */
  record Tokens(String layer, float[] read) {

    /** The number of tokens, T. */
    public int count() {
      return read.length;
    }
  }

  /**
   * What was found.
   *
   * @param logits (N, K)
   * @param blocks one array a block, from the picture to the logits
   */
  record Blocks(NDArray logits, List<NDArray> blocks) {}
}
