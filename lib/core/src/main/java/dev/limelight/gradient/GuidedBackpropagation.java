package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Guided backpropagation: the score's gradient with respect to the picture, (N, C, H, W), where
 * going back through a ReLU {@code z = max(u, 0)} turns the gradient {@code g} of {@code z} into
 * {@code max(g, 0)} where {@code u > 0} and 0 elsewhere; through a clipped ReLU also 0 where it is
 * cut off from above. It shows fine structure, and says little about the class: it hardly changes
 * when the last layers are made random (<a href="https://arxiv.org/abs/1810.03292">Adebayo et al.
 * 2018</a>).
 *
 * <p>Not to find out what a network has learnt: the map hardly changes when the weights are random
 * (Adebayo et al. 2018), and little from class to class.
 *
 * @see <a href="https://arxiv.org/abs/1412.6806">Springenberg et al. 2015, Striving for
 *     Simplicity</a>
 */
@MetaInfServices(Method.class)
public record GuidedBackpropagation() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    return evidence.guidedGradients();
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("guided-backprop")
        .withSummary(
            "The gradient with negative signals stopped at each ReLU: crisp edges that depend little on the class.")
        .withCost("one backward, ReLU by ReLU")
        .withPaper("Springenberg et al., ICLR workshop 2015")
        .withLink("https://arxiv.org/abs/1412.6806");
  }

  @Override
  public Work work(Conditions at) {
    return at.guidedBackward("guided backpropagation, ReLU by ReLU");
  }

  @Override
  public String unit(String score) {
    return score + " per input unit";
  }
}
