package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import java.util.SplittableRandom;
import org.kohsuke.MetaInfServices;

/**
 * A control: {@code sum_k w_k A_k} with weights drawn evenly from -1 to 1, the same for every
 * picture and class. A method that does no better than this has found nothing.
 *
 * @param seed of the weights
 * @see <a href="https://github.com/jacobgil/pytorch-grad-cam">as in grad-cam, RandomCAM</a>
 */
@MetaInfServices(Method.class)
public record RandomCam(long seed) implements Method {

  /** With seed 0. */
  public RandomCam() {
    this(0);
  }

  @Override
  public NDArray parts(Evidence evidence) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[(int) evidence.activations().getShape().get(1)];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = (float) random.nextDouble(-1, 1);
    }
    return ChannelWeighting.channels(evidence, weights);
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("random weights");
  }

  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("random-cam")
        .withSummary("The channels of a layer with random weights.")
        .asControl()
        .withCost("nothing")
        .withPaper("a control");
  }
}
