package dev.limelight.method;

import ai.djl.ndarray.types.Shape;
import dev.limelight.model.WholeNetwork;

/**
 * How many changed copies of a picture go through the network at once. Not measured: the last
 * digits of a score depend on the size of its batch, and the same question has the same answer on
 * machines of one size.
 *
 * @param whole the network
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

  /** How many copies of a picture. */
  int copies() {
    return within(whole.footprint(picture));
  }

  /** How many copies of which each needs a gradient. */
  int gradients() {
    // In the backward pass each output has a gradient as well.
    return Math.max(1, copies() / 2);
  }

  /** How many copies of a picture's activations. */
  int activations(Shape one) {
    // What follows a layer is seldom wider than the layer.
    return within(4L * Float.BYTES * one.size());
  }
}
