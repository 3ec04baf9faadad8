package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Class activation mapping: {@code sum_k W[c,k] A_k}, with W the weights of the one linear layer
 * after global average pooling. The mean of the map plus the bias is the logit. On any other head
 * it is not defined, and refused.
 *
 * <p>Not where the head is more than pooling and one linear layer: it refuses.
 *
 * @see <a href="https://arxiv.org/abs/1512.04150">Zhou et al. 2016, Learning Deep Features for
 *     Discriminative Localization</a>
 */
@MetaInfServices(Method.class)
public record Cam() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray weights = evidence.classWeights().expandDims(2).expandDims(3);
    return weights.mul(evidence.activations());
  }

  @Override
  public Work work(Conditions at) {
    return at.linearHead("weights of the linear layer").sameAs("grad-cam");
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("cam")
        .withSummary(
            "The channels of the last layer, weighted by the linear layer behind global average pooling.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Zhou et al., CVPR 2016")
        .withLink("https://arxiv.org/abs/1512.04150");
  }
}
