package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/**
 * The ReLUs of one recorded forward on PyTorch, in the order in which they ran. The output of each
 * is a leaf, where the engine adds up the gradients of all that used it.
 */
final class PtRelus {

  /**
   * One ReLU.
   *
   * @param input what its output is the positive part of, recorded from the leaves before it
   * @param leaf its output
   */
  private record Passage(PtNDArray input, PtNDArray leaf) {}

  private final List<Passage> passages = new ArrayList<>();

  /** Notes a ReLU that ran. */
  void add(NDArray input, NDArray leaf) {
    passages.add(new Passage((PtNDArray) input, (PtNDArray) leaf));
  }

  /** Runs a ReLU; what it gives may be changed in place. */
  NDArray run(NDArray input) {
    NDArray leaf = leaf(Relu.PLAIN.of(input.stopGradient()));
    add(input, leaf);
    // A copy with a past: DJL's duplicate has none.
    return leaf.mul(1);
  }

  static NDArray leaf(NDArray array) {
    NDArray leaf = array.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** The guided gradient of a score with respect to a leaf at the beginning. */
  NDArray gradient(NDArray score, NDArray picture) {
    back((PtNDArray) score, score.onesLike(), !passages.isEmpty());
    for (int i = passages.size() - 1; i >= 0; i--) {
      PtNDArray input = passages.get(i).input();
      back(input, Relu.PLAIN.back(passages.get(i).leaf().getGradient(), input), i > 0);
    }
    return picture.getGradient().duplicate();
  }

  private static void back(PtNDArray output, NDArray gradient, boolean keep) {
    JniUtils.backward(output, (PtNDArray) gradient, keep, false);
  }
}
