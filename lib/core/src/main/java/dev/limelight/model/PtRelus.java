package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

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

  /**
   * Records a forward and goes back through its ReLUs.
   *
   * @param input pictures, (N, C, H, W); left as they are
   * @param score (N, K) logits to (N) scores
   * @param forward runs the network on a leaf of the pictures, and notes its ReLUs
   * @return the guided gradient with respect to the pictures, of the manager of the input
   */
  static NDArray guided(
      NDArray input,
      Function<NDArray, NDArray> score,
      BiFunction<NDArray, PtRelus, NDArray> forward) {
    try (NDManager scope = input.getManager().newSubManager()) {
      NDArray own = input.stopGradient();
      own.attach(scope);
      NDArray picture = leaf(own);
      PtRelus relus = new PtRelus();
      NDArray gradient =
          PtAutograd.inMode(
              true,
              () -> {
                NDArray output = forward.apply(picture, relus);
                NDArray logits = SplitModel.logits(output, input.getShape().get(0));
                return relus.gradient(score.apply(logits).sum(), picture);
              });
      gradient.attach(input.getManager());
      return gradient;
    }
  }

  /** Notes a ReLU that ran. */
  void add(NDArray input, NDArray leaf) {
    passages.add(new Passage((PtNDArray) input, (PtNDArray) leaf));
  }

  /** Runs a ReLU; what it gives may be changed in place. */
  NDArray run(NDArray input) {
    NDArray leaf = leaf(Relu.PLAIN.of(input.stopGradient()));
    add(input, leaf);
    // A copy with a past: DJL's duplicate has none, and the number of a product is freed before the
    // way back reads it.
    return leaf.add(0);
  }

  private static NDArray leaf(NDArray array) {
    NDArray leaf = array.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }

  private NDArray gradient(NDArray score, NDArray picture) {
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
