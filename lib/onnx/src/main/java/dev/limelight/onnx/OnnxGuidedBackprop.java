package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.SplitModel;
import java.util.function.Function;

/** Guided backpropagation: the adjoint of the whole graph with other rules for its ReLUs. */
final class OnnxGuidedBackprop implements GuidedBackprop {

  private final OnnxHead whole;
  private final Autograd autograd;
  private final Rectifiers rectifiers;

  /**
   * Of a whole network.
   *
   * @throws dev.limelight.support.UnsupportedException if it has no ReLU, or an operator without a
   *     gradient
   */
  OnnxGuidedBackprop(OnnxHead whole, Autograd recorder) {
    this.whole = whole;
    autograd = new OnnxAutograd(whole, recorder);
    rectifiers = OnnxRectifiers.of(whole.graph(), whole.gradient().changed().size()).required();
  }

  @Override
  public Rectifiers rectifiers() {
    return rectifiers;
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
