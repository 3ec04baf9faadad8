package dev.limelight.method;

import ai.djl.ndarray.types.Shape;
import dev.limelight.model.LayerPath;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.input.BatchSize;
import java.util.List;

/**
 * How many changed copies of a picture go through the network at once.
 *
 * @param whole which all methods and targets share, and so what was measured
 * @param picture the shape of one, (C, H, W)
 * @param memory in bytes
 */
record Batches(WholeNetwork whole, Shape picture, long memory) {

  /** More copies at once were not faster on any network that was measured. */
  private static final int MOST_COPIES = 32;

  /** How many are made at once, if each needs so many bytes. */
  int within(long bytes) {
    return (int) Math.max(1, Math.min(MOST_COPIES, memory / Math.max(1, bytes)));
  }

  /** How many copies of a picture, at most. */
  int copies() {
    return within(whole.footprint(picture));
  }

  /** How many copies of a picture's activations, at most. */
  int activations(Shape one) {
    // What follows a layer is seldom wider than the layer.
    return within(4L * Float.BYTES * one.size());
  }

  /** The best number of copies of a picture. */
  BatchSize bestCopies() {
    return whole.batch(List.of("copies", picture), copies());
  }

  /** The best number of copies of which each needs a gradient. */
  BatchSize bestGradients() {
    // In the backward pass each output has a gradient as well.
    return whole.batch(List.of("gradients", picture), Math.max(1, copies() / 2));
  }

  /** The best number of copies of a picture's activations at a layer. */
  BatchSize bestActivations(LayerPath layer, Shape one) {
    return whole.batch(List.of(layer, one), activations(one));
  }
}
