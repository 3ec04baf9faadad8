package dev.limelight.model.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop.Relu;
import dev.limelight.model.SplitModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The ReLUs of one recorded forward pass on PyTorch, in the order in which they ran. The output of
 * each is a leaf, where the engine adds up the gradients of all that used it.
 */
public final class PtRelus {

  /**
   * One ReLU.
   *
   * @param output recorded from the leaves before it, as the engine's ReLU, whose own gradient is 0
   *     where it gives 0
   * @param leaf the same again, from which what follows is recorded
   */
  private record Passage(PtNDArray output, PtNDArray leaf) {}

  private final List<Passage> passages = new ArrayList<>();

  /**
   * Records a forward pass and runs the backward pass through its ReLUs.
   *
   * @param input pictures, (N, C, H, W); unchanged
   * @param score (N, K) logits to (N) scores
   * @param forward runs the network on a leaf of the pictures, and notes its ReLUs
   * @return the logits and the guided gradient with respect to the pictures, of the manager of the
   *     input
   */
  public static Gradients guided(
      NDArray input,
      Function<NDArray, NDArray> score,
      BiFunction<NDArray, PtRelus, NDArray> forward) {
    try (NDManager scope = input.getManager().newSubManager()) {
      NDArray alias = input.stopGradient();
      alias.attach(scope);
      NDArray picture = leaf(alias);
      PtRelus relus = new PtRelus();
      return PtAutograd.inMode(
          true,
          () -> {
            NDArray output = forward.apply(picture, relus);
            NDArray logits = SplitModel.logits(output, input.getShape().get(0));
            NDArray gradient = relus.gradient(score.apply(logits).sum(), picture);
            NDArray result = logits.stopGradient();
            result.attach(input.getManager());
            gradient.attach(input.getManager());
            return new Gradients(result, List.of(gradient));
          });
    }
  }

  /** How many ran so far. */
  int size() {
    return passages.size();
  }

  /** Notes a ReLU that ran. */
  public void add(NDArray output, NDArray leaf) {
    passages.add(new Passage((PtNDArray) output, (PtNDArray) leaf));
  }

  /** Notes a ReLU that ran; what is given for its output is only read, see {@link #changeable}. */
  NDArray run(NDArray output) {
    NDArray leaf = leaf(output);
    add(output, leaf);
    return leaf;
  }

  /** The same arrays for a function that may change them in place. */
  NDList changeable(NDList arrays) {
    NDList changeable = new NDList();
    for (NDArray array : arrays) {
      boolean isLeaf = passages.stream().anyMatch(passage -> passage.leaf() == array);
      // A copy with a past: DJL's duplicate has none, and the number of a product is freed before
      // the way back reads it.
      changeable.add(isLeaf ? array.add(0) : array);
    }
    return changeable;
  }

  private static NDArray leaf(NDArray array) {
    NDArray leaf = array.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }

  private NDArray gradient(NDArray score, NDArray picture) {
    back((PtNDArray) score, score.onesLike(), !passages.isEmpty());
    for (int i = passages.size() - 1; i >= 0; i--) {
      Passage passage = passages.get(i);
      try (PtNDArray output = passage.output();
          PtNDArray leaf = passage.leaf();
          NDArray gradient = leaf.getGradient();
          NDArray guided = Relu.guided(gradient)) {
        back(output, guided, i > 0);
      }
    }
    return picture.getGradient().duplicate();
  }

  private static void back(PtNDArray output, NDArray gradient, boolean keep) {
    JniUtils.backward(output, (PtNDArray) gradient, keep, false);
  }
}
