package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PrincipalComponent;
import org.kohsuke.MetaInfServices;

/**
 * Eigen-Grad-CAM: as Eigen-CAM, of {@code g A}, the gradient of the score at each location and
 * channel times the activation there, so that it distinguishes classes. The sign is the one that
 * agrees with {@code sum_k g_k A_k}, what the locations contribute to the score.
 *
 * <p>Not where the second component says as much as the first, as with several objects of a class.
 *
 * @see <a href="https://arxiv.org/abs/2008.00299">Muhammad and Yeasin 2020, Eigen-CAM</a>
 * @see <a href="https://github.com/jacobgil/pytorch-grad-cam">as in grad-cam, EigenGradCAM</a>
 */
@MetaInfServices(Method.class)
public record EigenGradCam() implements Method {

  /** One (N, 1, h, w). */
  @Override
  public NDArray parts(Evidence evidence) {
    NDArray contributions = evidence.gradients().mul(evidence.activations());
    NDArray total = contributions.sum(new int[] {1});
    return PrincipalComponent.project(contributions, total).expandDims(1);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("eigen-grad-cam")
        .withSummary(
            "The first principal component of gradient times activation: Eigen-CAM for one class.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("after Muhammad and Yeasin, IJCNN 2020")
        .withLink("https://arxiv.org/abs/2008.00299");
  }
}
