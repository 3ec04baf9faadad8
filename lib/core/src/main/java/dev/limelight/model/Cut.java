package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * The tensors that cross a cut of a network.
 *
 * @param activations the layer's output A, (N, C, h, w)
 * @param carried other tensors that the rest of the network needs: first the tokens of the layer
 *     without a location, (N, prefix, C), if it has any, and then the other tensors that cross the
 *     cut, such as skip connections
 * @param layout the layer's own layout of A
 */
public record Cut(NDArray activations, NDList carried, Layout layout) {

  /** A cut at a layer that gives (N, C, h, w). */
  public Cut(NDArray activations, NDList carried) {
    this(activations, carried, Layout.CHANNELS_FIRST);
  }

  /** A cut from the outputs of the first part of a network, the layer's output first. */
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

  /** The inputs of the second part of the network, the layer's output first. */
  public NDList toList() {
    NDList all = new NDList(layout.output(activations, carried));
    all.addAll(carried.subList(layout.prefix() > 0 ? 1 : 0, carried.size()));
    return all;
  }
}
