package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * IS-CAM, integrated Score-CAM: {@code sum_k w_k A_k} with {@code w = softmax_k(1/n sum_i y(t_i x
 * U_k))}, i from 1 to n, where A is the layer's activation, y the score, x the picture and {@code
 * U_k} channel k enlarged to its size, corners on corners, and stretched to [0, 1]. The masked
 * picture is brought in little by little: {@code t_i = sum_j j / n} for j from 1 to i, so that t
 * ends at {@code (n + 1) / 2}. It needs no gradients.
 *
 * <p>These are the steps of the paper and of torchcam, most of which are brighter than the picture.
 * With {@code straight}, {@code t_i = i / n}: the mean over the straight way from black to the
 * masked picture.
 *
 * <p>Not where time counts: it costs n times as much as Score-CAM.
 *
 * @param samples n, how many steps
 * @param straight whether the way ends at the masked picture
 * @param mostVarying how many channels are asked, those whose activations vary most over the
 *     locations; 0 for all. The others weigh nothing
 * @see <a href="https://arxiv.org/abs/2010.03023">Naidu et al. 2020, IS-CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record IntegratedScoreCam(int samples, boolean straight, int mostVarying) implements Method {

  private static final String NAME = "is-cam";

  /** With 10 steps and all channels, as the paper. */
  public IntegratedScoreCam() {
    this(10, false, 0);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no step, or a number of channels below 0
   */
  public IntegratedScoreCam {
    ChannelScores.check(NAME, mostVarying, samples);
  }

  @Override
  public NDArray parts(Evidence evidence) {
    ChannelScores.Copies copies =
        (masks, picture, numbers) -> {
          float[] factors = new float[numbers.length];
          for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) factor(numbers[i] % samples + 1);
          }
          Shape shape = new Shape(factors.length, 1, 1, 1);
          return NativeArrays.of(masks.getManager(), factors, shape).mul(masks).mul(picture);
        };
    return new ChannelScores(mostVarying, samples).weighted(evidence, this, copies);
  }

  /** t. */
  private double factor(int step) {
    return straight ? (double) step / samples : step * (step + 1.0) / 2 / samples;
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("the picture, dark to bright, through the mask of each channel")
        .withForwards(new ChannelScores(mostVarying, samples).count(at));
  }

  @Override
  public String unit(String score) {
    return Heatmap.ACTIVATION;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary("Score-CAM averaged over masked pictures of growing brightness.")
        .withCost(samples + " forwards a channel")
        .withPaper("Naidu et al., 2020")
        .withLink("https://arxiv.org/abs/2010.03023");
  }
}
