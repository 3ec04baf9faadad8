package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.SplitModel;
import dev.limelight.support.UnsupportedException;
import java.util.function.Function;

/** Guided backpropagation: the adjoint of the whole graph with other rules for its ReLUs. */
final class OnnxGuidedBackprop implements GuidedBackprop {

  private final OnnxHead whole;
  private final Autograd autograd;

  /**
   * Of a whole network.
   *
   * @throws UnsupportedException if it has no ReLU, or an operator without a gradient
   */
  OnnxGuidedBackprop(OnnxHead whole, Autograd recorder) {
    this.whole = whole;
    autograd = new OnnxAutograd(whole, recorder);
    if (whole.gradient().changed().isEmpty()) {
      throw withoutRelu();
    }
  }

  /** The error for a graph without ReLUs. */
  static UnsupportedException withoutRelu() {
    return new UnsupportedException(
        "guided backpropagation changes the gradient of ReLUs, and this graph has none, so that"
            + " it would be the plain gradient; use the method saliency");
  }

  @Override
  public Gradients gradients(NDArray input, Function<NDArray, NDArray> score) {
    return autograd.gradients(
        new Cut(input, new NDList()),
        cut -> SplitModel.logits(whole.run(cut.toList()).head(), input.getShape().get(0)),
        logits -> new NDList(score.apply(logits)));
  }

  @Override
  public void close() {
    whole.close();
  }
}
