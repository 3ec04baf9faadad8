package dev.limelight.model.relevance;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;

/** The relevance of each pixel of a picture to a score, by the rules of one composite. */
public interface RelevanceMaps extends AutoCloseable {

  /**
   * Propagates a score back to the pictures.
   *
   * @param input pictures, (N, C, H, W)
   * @param score (N, K) logits to (N) scores
   */
  Relevance of(NDArray input, Function<NDArray, NDArray> score);

  @Override
  void close();

  /**
   * What was found.
   *
   * @param logits (N, K)
   * @param pixels the relevance of each pixel, (N, C, H, W)
   */
  record Relevance(NDArray logits, NDArray pixels) {}
}
