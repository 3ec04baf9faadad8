package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.kohsuke.MetaInfServices;

/**
 * Saliency: {@code |dy / dx|}, how fast the score y moves with each value of the preprocessed
 * picture x, whichever way. The map is the largest of the channels, {@code max_c |dy / dx_c|}.
 *
 * <p>Not to see whether a pixel is evidence for or against, as it has no sign; and it is noisy.
 *
 * @see <a href="https://arxiv.org/abs/1312.6034">Simonyan et al. 2013, Deep Inside Convolutional
 *     Networks</a>
 */
@MetaInfServices(Method.class)
public record Saliency() implements Method {

  /** One a channel of the picture, (N, C, H, W); none is below 0. */
  @Override
  public NDArray parts(Evidence evidence) {
    return evidence.inputGradients().abs();
  }

  /** The largest of the channels, (N, H, W). */
  @Override
  public NDArray together(NDArray parts) {
    return parts.max(new int[] {1});
  }

  @Override
  public String unit(String score) {
    return score + " per input unit";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("saliency")
        .withSummary("The absolute gradient of the score at each pixel.")
        .withCost("one backward")
        .withPaper("Simonyan et al., ICLR 2014 workshop")
        .withLink("https://arxiv.org/abs/1312.6034");
  }
}
