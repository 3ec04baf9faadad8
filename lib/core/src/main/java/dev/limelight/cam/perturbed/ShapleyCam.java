package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Shapley-CAM: {@code sum_k w_k A_k} with {@code w_k = mean_xy(g_k - (H A)_k / 2)}, where H is the
 * Hessian of the score at A: the Shapley values of the channels to the second order. {@code H A} is
 * the slope of the gradient when A grows, {@code (g(A (1 + e)) - g(A (1 - e))) / 2e}, so that no
 * second derivative is needed of an engine. Where the score is linear, H is 0, and it is Grad-CAM.
 *
 * <p>A ReLU has no second derivative where it bends, which automatic differentiation treats as 0; a
 * difference sees the bends within its step, as the change that they are.
 *
 * <p>Not on a linear head, where it is Grad-CAM for more.
 *
 * @param step e, above 0 and below 1
 * @see <a href="https://arxiv.org/abs/2501.06261">Cai 2025, CAMs as Shapley Value-based
 *     Explainers</a>
 */
@MetaInfServices(Method.class)
public record ShapleyCam(double step) implements Method {

  /** With a step of 0.01, between the error of the difference and that of float arithmetic. */
  public ShapleyCam() {
    this(0.01);
  }

  /**
   * Checks the step.
   *
   * @throws IllegalArgumentException if it is not above 0 and below 1
   */
  public ShapleyCam {
    if (!(step > 0 && step < 1)) {
      throw new IllegalArgumentException(
          "the step of shapley-cam is above 0 and below 1, but got "
              + step
              + "; choose such as 0.01");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    NDArray slopes = evidence.gradients();
    if (!evidence.linear()) {
      NDArray more = evidence.gradientsAt(activations.mul(1 + step));
      NDArray less = evidence.gradientsAt(activations.mul(1 - step));
      slopes = slopes.sub(more.sub(less).div(4 * step));
    }
    long locations = slopes.getShape().get(2) * slopes.getShape().get(3);
    return slopes.sum(new int[] {2, 3}, true).div(locations).mul(activations);
  }

  @Override
  public Work work(Conditions at) {
    Work gradient = at.headBackward("gradients at the layer");
    return at.linear()
        ? gradient.sameAs("grad-cam")
        : at.headBackward("gradients at the layer, and a little above and below")
            .withHeadBackwards(2);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("shapley-cam")
        .withSummary(
            "Grad-CAM with weights corrected by the curvature of the score, after the Shapley value.")
        .withGradients()
        .withCost("three head backwards, or one on a linear head")
        .withPaper("Cai, 2025")
        .withLink("https://arxiv.org/abs/2501.06261");
  }
}
