package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Score-CAM: {@code sum_k w_k A_k} with {@code w = softmax_k(y(x U_k))}, where y is the score, x
 * the picture and {@code U_k} channel k enlarged to its size, corners on corners, and stretched to
 * [0, 1]. It needs no gradients: the network runs once a channel, batch by batch.
 *
 * <p>Not where time counts, nor where the network has learnt nothing like a masked picture.
 *
 * @param mostVarying how many channels are asked, those whose activations vary most over the
 *     locations; 0 for all. The others weigh nothing
 * @see <a href="https://arxiv.org/abs/1910.01279">Wang et al. 2020, Score-CAM</a>
 */
@MetaInfServices(Method.class)
public record ScoreCam(int mostVarying) implements Method {

  private static final String NAME = "score-cam";

  /** With all channels, as the paper. */
  public ScoreCam() {
    this(0);
  }

  /**
   * Checks the number of channels.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ScoreCam {
    ChannelScores.check(NAME, mostVarying, 1);
  }

  @Override
  public NDArray parts(Evidence evidence) {
    return new ChannelScores(mostVarying, 1)
        .weighted(evidence, this, (masks, picture, numbers) -> masks.mul(picture));
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("the picture through the mask of each channel")
        .withForwards(new ChannelScores(mostVarying, 1).count(at));
  }

  @Override
  public String unit(String score) {
    return Heatmap.ACTIVATION;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary(
            "Each channel weighted by the score of the picture seen through that channel as a mask.")
        .withCost("one forward a channel")
        .withPaper("Wang et al., CVPR Workshops 2020")
        .withLink("https://arxiv.org/abs/1910.01279");
  }
}
