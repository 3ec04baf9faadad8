package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Gradient-weighted class activation mapping: {@code sum_k w_k A_k} with {@code w_k =
 * mean_xy(g_k)}. The map is signed; the ReLU of the paper is the first step of making a heatmap of
 * it.
 *
 * <p>Not where the head distinguishes locations, such as a fully connected one: the mean of the
 * gradients ignores the location; use HiResCAM. Nor at early layers, whose single channels mean
 * little.
 *
 * @see <a href="https://arxiv.org/abs/1610.02391">Selvaraju et al. 2017, Grad-CAM</a>
 */
@MetaInfServices(Method.class)
public record GradCam() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    return parts(evidence.activations(), evidence.gradients());
  }

  /** The share of each channel, (N, C, h, w), by gradients of any score. */
  @API(status = Status.INTERNAL)
  public static NDArray parts(NDArray activations, NDArray gradients) {
    long locations = gradients.getShape().get(2) * gradients.getShape().get(3);
    NDArray weights = gradients.sum(new int[] {2, 3}, true).div(locations);
    return weights.mul(activations);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("grad-cam")
        .withSummary(
            "The channels of a layer, weighted by the mean gradient of the score: the usual first choice.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Selvaraju et al., ICCV 2017")
        .withLink("https://arxiv.org/abs/1610.02391");
  }
}
