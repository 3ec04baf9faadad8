package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Checkerboard;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * HiResCAM: {@code sum_k g_k A_k}, location by location, so that the map shows what the head really
 * multiplied.
 *
 * <p>Not at early layers, where it is as ragged as the gradient.
 *
 * <p>Before a stride of 2 the gradient has the pattern of a checkerboard, which this map shows: a
 * note says so ({@link Checkerboard}). A layer after the stride, or Grad-CAM, has none.
 *
 * @see <a href="https://arxiv.org/abs/2011.08891">Draelos and Carin 2020, Use HiResCAM instead of
 *     Grad-CAM</a>
 */
@MetaInfServices(Method.class)
public record HiResCam() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray gradients = evidence.gradients();
    Checkerboard.note(evidence, gradients);
    return gradients.mul(evidence.activations());
  }

  @Override
  public Work work(Conditions at) {
    Work gradients = at.headBackward("gradients at the layer");
    return at.linear() ? gradients.sameAs("grad-cam") : gradients;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("hires-cam")
        .withSummary(
            "Gradient times activation at each location, added over the channels: where the score really comes from.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Draelos and Carin, 2020")
        .withLink("https://arxiv.org/abs/2011.08891");
  }
}
