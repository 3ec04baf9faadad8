package dev.limelight.cam;

import ai.djl.ndarray.NDArray;

/**
 * Element-wise Grad-CAM: {@code sum_k ReLU(g_k A_k)}. It has no negative evidence.
 *
 * @see <a href="https://github.com/jacobgil/pytorch-grad-cam">as in grad-cam,
 *     GradCAMElementWise</a>
 */
public record GradCamElementwise() implements CamMethod {

  @Override
  public NDArray map(Evidence evidence) {
    return evidence.gradients().mul(evidence.activations()).maximum(0f).sum(new int[] {1});
  }

  @Override
  public About about() {
    return new About(
        "grad-cam-elementwise", true, true, "one head backward", "Pillai and Pirsiavash, 2021");
  }
}
