package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** PyTorch's autograd, by its grad mode alone: DJL's collector can be open only once in a JVM. */
final class PtAutograd implements Autograd {

  @Override
  public <T> T still(Supplier<T> work) {
    return inMode(false, work);
  }

  @Override
  public Slope slope(
      NDArray activations, Function<NDArray, NDArray> head, Function<NDArray, NDList> scores) {
    PtNDArray leaf = (PtNDArray) activations.stopGradient();
    leaf.setRequiresGradient(true);
    return inMode(
        true,
        () -> {
          NDArray logits = head.apply(leaf);
          List<NDArray> gradients = new ArrayList<>();
          NDList all = scores.apply(logits);
          for (int i = 0; i < all.size(); i++) {
            PtNDArray score = (PtNDArray) all.get(i).sum();
            PtNDArray one = (PtNDArray) score.onesLike();
            JniUtils.backward(score, one, i < all.size() - 1, false);
            NDArray gradient = leaf.getGradient();
            gradients.add(gradient.duplicate());
            // The engine adds to what is there.
            gradient.subi(gradient.duplicate());
          }
          return new Slope(logits.stopGradient(), gradients);
        });
  }

  static <T> T inMode(boolean recording, Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(recording);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
