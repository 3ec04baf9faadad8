package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.kohsuke.MetaInfServices;

/**
 * Input times gradient: {@code x * dy / dx}, value by value of the preprocessed picture x. Of a
 * score y that is linear in x, the map sums to y without its constant.
 *
 * <p>Not where zero of the preprocessed picture means something: such pixels get nothing.
 *
 * @see <a href="https://arxiv.org/abs/1605.01713">Shrikumar et al. 2016, Not Just a Black Box</a>
 */
@MetaInfServices(Method.class)
public record InputXGradient() implements Method {

  /** One a channel of the picture, signed, (N, C, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    return evidence.inputGradients().mul(evidence.input());
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("input-x-gradient")
        .withSummary("The gradient times the pixel: a first-order share of the score.")
        .withCost("one backward")
        .withPaper("Shrikumar et al., 2016")
        .withLink("https://arxiv.org/abs/1605.01713");
  }
}
