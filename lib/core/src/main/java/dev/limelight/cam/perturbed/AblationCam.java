package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.ChannelWeighting;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.SharedCopies;
import dev.limelight.method.Work;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.kohsuke.MetaInfServices;

/**
 * Ablation-CAM: {@code sum_k w_k A_k} with {@code w_k = (y - y_k) / |y|}, where y is the score and
 * {@code y_k} the score with channel k set to 0. It needs no gradients: what follows the layer runs
 * once a channel. Where the score is linear in the means of the channels, {@code y - y_k = W[c,k]
 * mean_xy(A_k)}, and nothing runs.
 *
 * <p>The paper divides by y, which flips the map where y is negative; this divides by its absolute
 * value, so that a channel that is evidence for the class always weighs positively.
 *
 * <p>Not where the score is near zero, by which its weights are divided.
 *
 * @see <a
 *     href="https://openaccess.thecvf.com/content_WACV_2020/html/Desai_Ablation-CAM_Visual_Explanations_for_Deep_Convolutional_Network_via_Gradient-free_Localization_WACV_2020_paper.html">Desai
 *     and Ramaswamy 2020, Ablation-CAM</a>
 */
@MetaInfServices(Method.class)
public record AblationCam() implements Method {

  /** No weight is larger than a score of this share of the largest change makes it. */
  private static final float LEAST = 1e-7f;

  @Override
  public NDArray parts(Evidence evidence) {
    return evidence.linear() ? closed(evidence) : ablated(evidence);
  }

  /** By the weights of the linear layer. */
  static NDArray closed(Evidence evidence) {
    NDArray activations = evidence.activations();
    Shape shape = activations.getShape();
    NDArray means = activations.sum(new int[] {2, 3}).div(shape.get(2) * shape.get(3));
    NDArray changes = evidence.classWeights().mul(means);
    NDArray least = changes.abs().max(new int[] {1}, true).mul(LEAST).maximum(Float.MIN_NORMAL);
    NDArray weights = changes.div(evidence.scores().abs().expandDims(1).maximum(least));
    return weights.expandDims(2).expandDims(3).mul(activations);
  }

  /** By running what follows the layer without each channel. */
  static NDArray ablated(Evidence evidence) {
    NDArray activations = evidence.activations();
    int channels = (int) activations.getShape().get(1);
    float[] scores = evidence.scores().toFloatArray();
    float[][] weights = new float[scores.length][channels];
    for (int i = 0; i < scores.length; i++) {
      NDArray single = activations.get(i + ":" + (i + 1));
      float[] without =
          evidence
              .shared(i, new AblationCam())
              .headScores(IntStream.range(0, channels).boxed().toList(), without(single, channels));
      float largest = 0;
      for (int k = 0; k < channels; k++) {
        weights[i][k] = scores[i] - without[k];
        largest = Math.max(largest, Math.abs(weights[i][k]));
      }
      float size = Math.max(Math.abs(scores[i]), LEAST * largest);
      for (int k = 0; k < channels && size > 0; k++) {
        weights[i][k] /= size;
      }
    }
    return ChannelWeighting.channels(evidence, weights);
  }

  private static SharedCopies.Maker<Integer> without(NDArray activations, int channels) {
    return (some, scope) -> {
      float[] factors = new float[some.size() * channels];
      Arrays.fill(factors, 1);
      for (int i = 0; i < some.size(); i++) {
        factors[i * channels + some.get(i)] = 0;
      }
      return NativeArrays.of(scope, factors, new Shape(some.size(), channels, 1, 1))
          .mul(activations);
    };
  }

  @Override
  public Work work(Conditions at) {
    return at.linear()
        ? at.headBackward("weights of the linear layer")
        : Work.of("the score without each channel").withHeadForwards(at.channels());
  }

  @Override
  public String unit(String score) {
    return Heatmap.ACTIVATION;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("ablation-cam")
        .withSummary("Each channel weighted by how far the score falls without it.")
        .withCost("one head forward a channel, or one head backward on a linear head")
        .withPaper("Desai and Ramaswamy, WACV 2020")
        .withLink(
            "https://openaccess.thecvf.com/content_WACV_2020/html/Desai_Ablation-CAM_Visual_Explanations_for_Deep_Convolutional_Network_via_Gradient-free_Localization_WACV_2020_paper.html");
  }
}
