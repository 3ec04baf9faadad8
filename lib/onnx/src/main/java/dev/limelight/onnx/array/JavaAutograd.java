package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Differentiates what is computed with plain Java arrays; nothing else is ever recorded. */
public final class JavaAutograd implements Autograd {

  /** The same numbers as a plain Java array, of the array's manager or of one within it. */
  @Override
  public NDArray detached(NDArray array) {
    return array instanceof JavaArray own
        ? own.stopGradient()
        : JavaManager.within(array.getManager()).from(array);
  }

  @Override
  public <T> T inference(Supplier<T> work) {
    return work.get();
  }

  @Override
  public Gradients gradients(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDList> scores) {
    JavaArray leaf = (JavaArray) detached(cut.activations());
    Tape tape = new Tape();
    leaf.record(tape);
    NDArray logits = head.apply(cut.with(leaf));
    List<NDArray> gradients = new ArrayList<>();
    for (NDArray score : scores.apply(logits)) {
      if (!(score instanceof JavaArray own)) {
        throw Refusal.of("the gradient of another engine's array");
      }
      gradients.add(tape.gradient(own, leaf));
    }
    return new Gradients(logits.stopGradient(), gradients);
  }
}
