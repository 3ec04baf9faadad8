package dev.limelight.onnx.attention;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;

/** Whether blocks attend from each token of a picture to each, and which tokens the head reads. */
public final class TokenCheck {

  private static final String INSTEAD = "; use grad-cam, or integrated-gradients";

  /** A key that is made of more than this share of all tokens is none of them. */
  private static final float MOST_SOURCES = 0.5f;

  /** A gradient below this share of the largest is rounding. */
  private static final float ROUNDING = 1e-5f;

  private TokenCheck() {}

  /**
   * Checks that keys are tokens.
   *
   * @param blocks of a network
   * @param shares of each, the share of tokens that its first key is made of
   * @throws UnsupportedException if keys of a block are channels
   */
  public static void keys(List<AttentionBlock> blocks, List<Float> shares) {
    for (int i = 0; i < blocks.size(); i++) {
      if (shares.get(i) > MOST_SOURCES) {
        throw new UnsupportedException(
            "the attention "
                + Names.quoted(blocks.get(i).softmax())
                + " is among channels (as in XCiT and DaViT), each of which is made of all tokens,"
                + " and says nothing of single patches"
                + INSTEAD);
      }
    }
  }

  /**
   * The number of tokens.
   *
   * @param blocks of a network
   * @param lengths the dimensions of the blocks' probabilities, then of their products, then
   *     perhaps of the tokens after each block
   * @param pictures how many pictures they are of
   * @throws UnsupportedException if tokens attend within windows, to fewer keys, or are merged on
   *     the way
   */
  public static int tokens(List<AttentionBlock> blocks, List<float[]> lengths, long pictures) {
    int tokens = 0;
    for (int i = 0; i < blocks.size(); i++) {
      String name = Names.quoted(blocks.get(i).softmax());
      float[] shape = lengths.get(i);
      int rank = shape.length;
      int queries = (int) shape[rank - 2];
      int keys = (int) shape[rank - 1];
      boolean windows = rank == 4 ? shape[0] != pictures : shape[0] % pictures != 0;
      if (windows) {
        throw new UnsupportedException(
            "the attention "
                + name
                + " is computed within windows of the picture (as in Swin), and what patches of"
                + " different windows pass on cannot be multiplied"
                + INSTEAD);
      }
      if (queries != keys) {
        throw new UnsupportedException(
            "the attention "
                + name
                + " is from "
                + queries
                + " tokens to "
                + keys
                + ", as where keys are pooled or a class token alone attends, and needs one row a"
                + " token"
                + INSTEAD);
      }
      if (tokens != 0 && tokens != keys) {
        throw new UnsupportedException(
            "the attention "
                + name
                + " is among "
                + keys
                + " tokens, and the one before it among "
                + tokens
                + ", as where tokens are merged, dropped or attend within windows; export the model"
                + " without token merging, or use grad-cam");
      }
      tokens = keys;
    }
    for (float[] shape : lengths.subList(2 * blocks.size(), lengths.size())) {
      if (shape.length != 3 || shape[0] != pictures || shape[1] != tokens) {
        throw new UnsupportedException(
            "le-grad needs the tokens after each block as (N, "
                + tokens
                + ", D), and they are "
                + Arrays.toString(shape)
                + "; use transformer-attribution");
      }
    }
    return tokens;
  }

  /**
   * The share of each token in what the head reads: the same for all whose row the score depends
   * on.
   *
   * @param rows the size of the gradient in each query's row of the last block, (N, T)
   * @param tokens how many
   * @throws UnsupportedException if the score depends on none
   */
  public static float[] shares(float[] rows, int tokens) {
    float largest = 0;
    for (int i = 0; i < tokens; i++) {
      largest = Math.max(largest, rows[i]);
    }
    float[] shares = new float[tokens];
    int read = 0;
    for (int i = 0; i < tokens; i++) {
      if (rows[i] > ROUNDING * largest) {
        shares[i] = 1;
        read++;
      }
    }
    if (read == 0) {
      throw new UnsupportedException(
          "the score does not depend on the last block of attention" + INSTEAD);
    }
    for (int i = 0; i < tokens; i++) {
      shares[i] /= read;
    }
    return shares;
  }
}
