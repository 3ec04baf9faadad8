package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Noise;
import dev.limelight.method.Work;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * SS-CAM, smoothed Score-CAM: {@code sum_k w_k A_k} with {@code w = softmax_k(1/n sum_i y(c_ki))},
 * where A is the layer's activation, y the score, and {@code c_ki} one of n noisy copies of the
 * picture x seen through {@code U_k}, channel k enlarged to its size, corners on corners, and
 * stretched to [0, 1]. The noise {@code e_ki} is normal around 0 with standard deviation s. SS-CAM
 * (1) smooths the activation, {@code c_ki = x (U_k + e_ki)}, with one number a pixel; SS-CAM (2)
 * smooths the input, {@code c_ki = x U_k + e_ki}, with one number a pixel and channel of the
 * picture. It needs no gradients.
 *
 * <p>A mask with the paper's noise of 2 is mostly noise, and the weights of the channels differ
 * little. Not where time counts: it costs n times as much as Score-CAM.
 *
 * @param smooth what the noise is added to, activation or input
 * @param samples n, how many copies for each channel
 * @param noise s, in the unit of the mask, or of the preprocessed picture
 * @param seed of the noise, which is the same for every picture
 * @param mostVarying how many channels are asked, those whose activations vary most over the
 *     locations; 0 for all. The others weigh nothing
 * @see <a href="https://arxiv.org/abs/2006.14255">Wang et al. 2020, SS-CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record SmoothedScoreCam(String smooth, int samples, double noise, long seed, int mostVarying)
    implements Method {

  private static final String NAME = "ss-cam";

  private static final String ACTIVATION = "activation";
  private static final String INPUT = "input";

  /** SS-CAM (1) with 10 copies and a noise of 2, as the paper, and all channels. */
  public SmoothedScoreCam() {
    this(ACTIVATION, 10, 2, 0, 0);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is nothing of that name to smooth, no copy, or a
   *     noise or number of channels below 0
   */
  public SmoothedScoreCam {
    if (!List.of(ACTIVATION, INPUT).contains(smooth)) {
      throw new IllegalArgumentException(
          "ss-cam smooths the " + ACTIVATION + " or the " + INPUT + ", but got '" + smooth + "'");
    }
    if (!(noise >= 0) || Double.isInfinite(noise)) {
      throw new IllegalArgumentException(
          "the noise of ss-cam is a standard deviation of 0 or above, but got "
              + noise
              + "; 2 is the paper's");
    }
    ChannelScores.check(NAME, mostVarying, samples);
  }

  @Override
  public NDArray parts(Evidence evidence) {
    return parts(evidence, Noise.normal(seed));
  }

  /** With noise of deviation 1 from elsewhere. */
  NDArray parts(Evidence evidence, Noise normal) {
    ChannelScores.Copies copies =
        (masks, picture, numbers) -> {
          boolean activation = smooth.equals(ACTIVATION);
          NDArray through = activation ? masks : masks.mul(picture);
          Shape one = new Shape(1).addAll(through.getShape().slice(1));
          NDArray noisy =
              through.add(normal.array(numbers, one, masks.getManager()).mul((float) noise));
          return activation ? noisy.mul(picture) : noisy;
        };
    return new ChannelScores(mostVarying, samples).weighted(evidence, this, copies);
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("noisy copies of the picture through the mask of each channel")
        .withForwards(new ChannelScores(mostVarying, samples).count(at));
  }

  @Override
  public String unit(String score) {
    return "activation";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary("Score-CAM averaged over noisy copies.")
        .withCost(samples + " forwards a channel")
        .withPaper("Wang et al., 2020")
        .withLink("https://arxiv.org/abs/2006.14255");
  }
}
