package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * XGrad-CAM: {@code sum_k w_k A_k} with {@code w_k = sum_xy g_k A_k / S_k} and {@code S_k = sum_xy
 * A_k}: the weights that satisfy sensitivity and conservation. Meant for activations after a ReLU,
 * whose sums are not negative.
 *
 * <p>S_k is kept from zero by a ten-millionth of {@code sum_xy |A_k|}, so that the map does not
 * depend on the unit of the activations. The grad-cam package adds 1e-7, which makes a difference
 * where S_k is about as small.
 *
 * <p>Not at layers without a ReLU after them, whose channels may sum to about zero: their weights
 * grow without bound.
 *
 * @see <a href="https://arxiv.org/abs/2008.02312">Fu et al. 2020, Axiom-based Grad-CAM</a>
 */
@MetaInfServices(Method.class)
public record XGradCam() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    NDArray sums =
        activations
            .sum(new int[] {2, 3}, true)
            .add(activations.abs().sum(new int[] {2, 3}, true).mul(1e-7f));
    // A channel that is 0 everywhere has the weight 0.
    sums = sums.add(sums.eq(0f).toType(sums.getDataType(), false));
    NDArray weights = evidence.gradients().mul(activations).sum(new int[] {2, 3}, true).div(sums);
    return weights.mul(activations);
  }

  @Override
  public Work work(Conditions at) {
    Work gradients = at.headBackward("gradients at the layer");
    return at.linear() ? gradients.sameAs("grad-cam") : gradients;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("xgrad-cam")
        .withSummary(
            "Grad-CAM with gradients weighted by the activations, so that the map adds up to more of the score.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Fu et al., BMVC 2020")
        .withLink("https://arxiv.org/abs/2008.02312");
  }
}
