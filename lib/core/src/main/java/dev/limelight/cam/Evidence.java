package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Cut;
import dev.limelight.model.Slope;
import dev.limelight.model.SplitModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is known at a layer about one target of a batch of pictures. Each part is computed when it
 * is first asked for and then shared, so several methods cost one forward and one backward pass of
 * the head, and a method that never asks for gradients never pays for them.
 */
public final class Evidence {

  /** What the evidences of several targets share. */
  private static final class Pass {
    private final SplitModel model;
    private final Cut cut;
    private final List<Function<NDArray, NDArray>> scores;
    private NDArray logits;
    private Slope slope;

    Pass(SplitModel model, Cut cut, List<Function<NDArray, NDArray>> scores) {
      this.model = model;
      this.cut = cut;
      this.scores = scores;
    }

    NDArray logits() {
      if (logits == null) {
        logits = model.head(cut);
      }
      return logits;
    }

    Slope slope() {
      if (slope == null) {
        slope =
            model.slope(
                cut,
                output -> {
                  NDList list = new NDList();
                  scores.forEach(score -> list.add(score.apply(output)));
                  return list;
                });
        logits = slope.logits();
      }
      return slope;
    }
  }

  private final Pass pass;
  private final int index;

  private Evidence(Pass pass, int index) {
    this.pass = pass;
    this.index = index;
  }

  /**
   * Evidence for one or more targets of the same pictures; they share one forward and one recording
   * of the head.
   *
   * @param model the network, cut at the layer
   * @param cut what its first part gave
   * @param scores for each target, (N, K) logits to (N) scores
   */
  public static List<Evidence> of(
      SplitModel model, Cut cut, List<Function<NDArray, NDArray>> scores) {
    Pass pass = new Pass(model, cut, List.copyOf(scores));
    List<Evidence> all = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      all.add(new Evidence(pass, i));
    }
    return all;
  }

  /** A, the layer's output, (N, C, h, w). */
  public NDArray activations() {
    return pass.cut.activations();
  }

  /** The network's output, (N, K). */
  public NDArray logits() {
    return pass.logits();
  }

  /** g, the gradient of the target's score with respect to A, (N, C, h, w). */
  public NDArray gradients() {
    return pass.slope().gradients().get(index);
  }

  /**
   * W[c], the weight of each channel in the target's score, (N, C): defined where the head is
   * global average pooling and one linear layer, which is proven here from what the head does and
   * not from how it is written.
   *
   * @throws IllegalArgumentException if the head is anything else
   */
  public NDArray classWeights() {
    NDArray gradients = gradients();
    NDArray pooled = gradients.sum(new int[] {2, 3}, true);
    long places = gradients.getShape().get(2) * gradients.getShape().get(3);
    float spread = largest(gradients.sub(pooled.div(places)));
    boolean even = spread <= 1e-4f * largest(gradients);
    if (!even || !pass.cut.carried().isEmpty() || !affine()) {
      throw new IllegalArgumentException(
          "cam needs a head that is global average pooling and one linear layer, and what follows layer '"
              + pass.model.layer()
              + "' is not; use grad-cam, or the layer before the pooling");
    }
    return pooled.squeeze(3).squeeze(2);
  }

  private boolean affine() {
    Cut cut = pass.cut;
    NDArray bias = pass.model.head(cut.with(cut.activations().zerosLike()));
    NDArray mirrored = pass.model.head(cut.with(cut.activations().neg()));
    NDArray expected = bias.mul(2).sub(logits());
    return largest(mirrored.sub(expected)) <= 1e-3f * Math.max(1e-3f, largest(expected));
  }

  private static float largest(NDArray array) {
    return array.abs().max().toFloatArray()[0];
  }
}
