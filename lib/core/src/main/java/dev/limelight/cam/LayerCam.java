package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Checkerboard;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.kohsuke.MetaInfServices;

/**
 * LayerCAM: {@code sum_k ReLU(g_k) A_k}, which stays sharp at early layers.
 *
 * <p>Not where evidence against the class counts, which it leaves out.
 *
 * <p>Before a stride of 2 the gradient has the pattern of a checkerboard, which this map shows: a
 * note says so ({@link Checkerboard}). A layer after the stride, or Grad-CAM, has none.
 *
 * @see <a href="https://doi.org/10.1109/TIP.2021.3089943">Jiang et al. 2021, LayerCAM</a>
 */
@MetaInfServices(Method.class)
public record LayerCam() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray gradients = evidence.gradients();
    Checkerboard.note(evidence, gradients);
    return gradients.maximum(0f).mul(evidence.activations());
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("layer-cam")
        .withSummary(
            "Activations weighted by the positive gradient at each location, which keeps detail at shallow layers.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Jiang et al., TIP 2021")
        .withLink("https://doi.org/10.1109/TIP.2021.3089943");
  }
}
