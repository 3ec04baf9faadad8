package dev.limelight.model.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PyTorch's autograd, by its grad mode alone: DJL's collector can be open only once in a JVM. */
public final class PtAutograd implements Autograd {

  private static final Pattern NO_DERIVATIVE =
      Pattern.compile("derivative for (\\S+) is not implemented");

  @Override
  public <T> T inference(Supplier<T> work) {
    return inMode(false, work);
  }

  @Override
  public Gradients gradients(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDList> scores) {
    PtNDArray leaf = (PtNDArray) cut.activations().stopGradient();
    leaf.setRequiresGradient(true);
    return inMode(
        true,
        () -> {
          NDArray logits = head.apply(cut.with(leaf));
          List<NDArray> gradients = new ArrayList<>();
          NDList all = scores.apply(logits);
          for (int i = 0; i < all.size(); i++) {
            PtNDArray score = (PtNDArray) Autograd.summable(all.get(i));
            boolean last = i == all.size() - 1;
            backward(score, (PtNDArray) score.onesLike(), !last);
            NDArray gradient = leaf.getGradient();
            gradients.add(last ? gradient : gradient.duplicate());
            if (!last) {
              // The engine adds to what is there.
              gradient.subi(gradient.duplicate());
            }
          }
          return new Gradients(logits.stopGradient(), gradients);
        });
  }

  @Override
  public RecordedHead record(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDArray> values) {
    PtNDArray leaf = (PtNDArray) cut.activations().stopGradient();
    leaf.setRequiresGradient(true);
    NDList recorded =
        inMode(
            true,
            () -> {
              NDArray output = head.apply(cut.with(leaf));
              return new NDList(output, values.apply(output));
            });
    PtNDArray all = (PtNDArray) recorded.get(1);
    return weights -> {
      float[] own = weights.apply(recorded.head());
      try (NDArray weight = NativeArrays.of(all.getManager(), own, all.getShape())) {
        backward(all, (PtNDArray) weight, true);
      }
      try (NDArray sum = leaf.getGradient()) {
        NDArray gradient = sum.duplicate();
        // The engine adds to what is there.
        JniUtils.zeroGrad(leaf);
        return gradient;
      }
    };
  }

  private static void backward(PtNDArray score, PtNDArray weight, boolean retainGraph) {
    try {
      JniUtils.backward(score, weight, retainGraph, false);
    } catch (EngineException e) {
      Matcher missing = NO_DERIVATIVE.matcher(String.valueOf(e.getMessage()));
      if (!missing.find()) {
        throw e;
      }
      throw UnsupportedException.noGradient(
          "PyTorch has no gradient of "
              + missing.group(1)
              + ", which this network uses; trace it without torch.no_grad(), or after"
              + " torch.backends.mha.set_fastpath_enabled(False)");
    }
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
