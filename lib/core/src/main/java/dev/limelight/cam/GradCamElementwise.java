package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Checkerboard;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.kohsuke.MetaInfServices;

/**
 * Element-wise Grad-CAM: {@code sum_k ReLU(g_k A_k)}. It has no negative evidence.
 *
 * <p>Not where evidence against the class counts, which it leaves out.
 *
 * <p>Before a stride of 2 the gradient has the pattern of a checkerboard, which this map shows: a
 * note says so ({@link Checkerboard}). A layer after the stride, or Grad-CAM, has none.
 *
 * @see <a href="https://github.com/jacobgil/pytorch-grad-cam">as in grad-cam,
 *     GradCAMElementWise</a>
 */
@MetaInfServices(Method.class)
public record GradCamElementwise() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray gradients = evidence.gradients();
    Checkerboard.note(evidence, gradients);
    return gradients.mul(evidence.activations()).maximum(0f);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("grad-cam-elementwise")
        .withSummary(
            "Gradient times activation at each location, each product cut off at zero before the channels are added.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Pillai and Pirsiavash, 2021")
        .withLink("https://doi.org/10.1609/aaai.v35i3.16344");
  }
}
