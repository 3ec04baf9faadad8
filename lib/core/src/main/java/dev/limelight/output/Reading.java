package dev.limelight.output;

import ai.djl.ndarray.NDArray;

/**
 * What the outputs of a network mean, for pictures of one size.
 *
 * @param reader that reads them
 * @param outputs their shapes
 * @param why it is that reader, in words
 */
public record Reading(OutputReader reader, OutputShapes outputs, String why) {

  /** All candidates of a detector ({@link OutputReader#candidates}). */
  public Candidates candidates(NDArray joined) {
    return reader.candidates(joined, outputs);
  }

  /** The scores of all classes at all places, (N, K, h, w) ({@link OutputReader#maps}). */
  public NDArray maps(NDArray joined) {
    return reader.maps(joined, outputs);
  }
}
