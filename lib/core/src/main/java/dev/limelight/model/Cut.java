package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * All that is alive where a network is cut.
 *
 * @param activations the layer's output A, (N, C, h, w)
 * @param carried other tensors that the rest of the network needs, such as skip connections that
 *     cross the cut
 */
public record Cut(NDArray activations, NDList carried) {

  /** The same cut with other activations, for instance with some channels set to zero. */
  public Cut with(NDArray other) {
    return new Cut(other, carried);
  }

  NDList toList() {
    NDList all = new NDList(activations);
    all.addAll(carried);
    return all;
  }
}
