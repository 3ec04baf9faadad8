package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PrincipalComponent;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Eigen-CAM: the locations of A, as points in channel space with their mean removed, projected on
 * the direction in which they vary most. It knows no class and needs no gradients. A component has
 * no sign; it gets the one that agrees with {@code sum_k A_k}, so that what is strongly active is
 * positive.
 *
 * <p>Not to distinguish classes: it gives all of them the same map.
 *
 * @see <a href="https://arxiv.org/abs/2008.00299">Muhammad and Yeasin 2020, Eigen-CAM</a>
 */
@MetaInfServices(Method.class)
public record EigenCam() implements Method {

  /** One (N, 1, h, w). */
  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    return PrincipalComponent.project(activations, activations.sum(new int[] {1})).expandDims(1);
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("first component of the activations");
  }

  @Override
  public String unit(String score) {
    return Heatmap.ACTIVATION;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("eigen-cam")
        .withSummary(
            "The first principal component of the activations: what stands out, for no class in particular.")
        .withoutClasses()
        .withCost("nothing")
        .withPaper("Muhammad and Yeasin, IJCNN 2020")
        .withLink("https://arxiv.org/abs/2008.00299");
  }
}
