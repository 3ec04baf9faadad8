package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.kohsuke.MetaInfServices;

/**
 * Grad-CAM++: {@code sum_k w_k A_k} with {@code w_k = sum_xy ReLU(g_k) a_k} and {@code a_k = g_k^2
 * / (2 g_k^2 + S_k g_k^3 + 1e-6)}, where {@code S_k = sum_xy A_k}, and {@code a_k = 0} where {@code
 * g_k = 0}. The gradient is that of the logit, without the exponential of the paper.
 *
 * <p>Not where numbers count: its weights are no parts of the score.
 *
 * @see <a href="https://arxiv.org/abs/1710.11063">Chattopadhay et al. 2018, Grad-CAM++</a>
 */
@MetaInfServices(Method.class)
public record GradCamPlusPlus() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    // Only positive gradients weigh, so only they are put into the quotient.
    NDArray positive = evidence.gradients().maximum(0f);
    NDArray squared = positive.mul(positive);
    NDArray sums = activations.sum(new int[] {2, 3}, true);
    NDArray denominator = squared.mul(2).add(sums.mul(squared.mul(positive))).add(1e-6f);
    NDArray alpha = squared.div(denominator);
    NDArray weights = positive.mul(alpha).sum(new int[] {2, 3}, true);
    return weights.mul(activations);
  }

  /** None: the weights are quotients of gradients, and no parts of the score. */
  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("grad-cam++")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Chattopadhay et al., WACV 2018");
  }
}
