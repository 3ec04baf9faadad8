package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Grad-CAM++: {@code sum_k w_k A_k} with {@code w_k = sum_xy ReLU(g_k) a_k} and {@code a_k = g_k^2
 * / (2 g_k^2 + S_k g_k^3 + epsilon)}, where {@code S_k = sum_xy A_k}, and {@code a_k = 0} where
 * {@code g_k = 0}. The gradient is that of the logit, without the exponential of the paper.
 *
 * <p>The default epsilon, 1e-6, is that of the grad-cam package, whose maps these are. It weighs
 * where gradients are about 0.001 or smaller, and makes the map depend on the unit of the
 * activations; with an epsilon of 0 it does not.
 *
 * <p>Not where numbers count: its weights are no parts of the score.
 *
 * @param epsilon what is added to the denominator, 0 or above
 * @see <a href="https://arxiv.org/abs/1710.11063">Chattopadhay et al. 2018, Grad-CAM++</a>
 */
@MetaInfServices(Method.class)
public record GradCamPlusPlus(double epsilon) implements Method {

  /** With the epsilon of the grad-cam package. */
  public GradCamPlusPlus() {
    this(1e-6);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if epsilon is negative
   */
  public GradCamPlusPlus {
    if (!(epsilon >= 0 && Double.isFinite(epsilon))) {
      throw new IllegalArgumentException(
          "the epsilon of grad-cam++ is 0 or above, but got "
              + epsilon
              + "; 1e-6 is that of the grad-cam package");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    return parts(evidence.activations(), evidence.gradients());
  }

  /** The same of any layer, (N, C, h, w). */
  @API(status = Status.INTERNAL)
  public NDArray parts(NDArray activations, NDArray gradients) {
    // Only positive gradients weigh, so only they are put into the quotient.
    NDArray positive = gradients.maximum(0f);
    NDArray sums = activations.sum(new int[] {2, 3}, true);
    NDArray weighted = epsilon == 0 ? reduced(positive, sums) : full(positive, sums);
    return weighted.sum(new int[] {2, 3}, true).mul(activations);
  }

  private NDArray full(NDArray positive, NDArray sums) {
    NDArray squared = positive.mul(positive);
    NDArray denominator = squared.mul(2).add(sums.mul(squared.mul(positive))).add((float) epsilon);
    return positive.mul(squared.div(denominator));
  }

  /** The same without epsilon, with {@code g^2} cancelled, which may be too small for a float. */
  private static NDArray reduced(NDArray positive, NDArray sums) {
    return positive.div(sums.mul(positive).add(2));
  }

  /** None: the weights are quotients of gradients, and no parts of the score. */
  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("grad-cam++")
        .withSummary(
            "Grad-CAM with more weight on the locations with a positive gradient, made for several objects of one class.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Chattopadhay et al., WACV 2018")
        .withLink("https://arxiv.org/abs/1710.11063");
  }
}
