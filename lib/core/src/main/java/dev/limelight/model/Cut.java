package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * All that is alive where a network is cut.
 *
 * @param activations the layer's output A, (N, C, h, w)
 * @param carried other tensors that the rest of the network needs: first the tokens of the layer
 *     that stand for no place, (N, prefix, C), if it has any, and then what crosses the cut beside
 *     the layer, such as skip connections
 * @param layout how the layer itself gives A
 */
public record Cut(NDArray activations, NDList carried, Layout layout) {

  /** A cut at a layer that gives (N, C, h, w). */
  public Cut(NDArray activations, NDList carried) {
    this(activations, carried, Layout.CHANNELS_FIRST);
  }

  /** Out of what the first part of a network gives, the layer's output first. */
  static Cut of(NDList outputs, Layout layout) {
    NDArray output = outputs.head();
    NDList carried = layout.carried(output);
    carried.addAll(outputs.subList(1, outputs.size()));
    return new Cut(layout.maps(output), carried, layout);
  }

  /** The same cut with other activations, for instance with some channels set to zero. */
  public Cut with(NDArray other) {
    return new Cut(other, carried, layout);
  }

  /** What the second part of the network takes. */
  NDList toList() {
    NDList all = new NDList(layout.output(activations, carried));
    all.addAll(carried.subList(layout.prefix() > 0 ? 1 : 0, carried.size()));
    return all;
  }
}
