package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.ChannelWeighting;
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
 * Opti-CAM: {@code sum_k p_k B_k} with {@code p = softmax(u)}, where u makes {@code y(x m)} as
 * large as n steps of Adam from equal shares can. y is the score, x the picture, {@code B =
 * ReLU(A)} the layer's activation, and {@code m = (z - min z) / (max z - min z)} the map enlarged
 * to the picture's size, {@code z = U(sum_k p_k B_k)}: bilinear, half-pixel centres, clamped edges.
 * The gradient with respect to u goes through m to that of the score at {@code x m}. Nothing is
 * drawn at random.
 *
 * <p>The score of the masked picture is noted, to be compared with that of the picture. The
 * authors' program stops early where the score falls; this takes all steps.
 *
 * <p>Not where time counts. Nor where the question is where the network looked: it shows what would
 * suffice, in the channels there are.
 *
 * @param iterations n, how many steps
 * @param rate the learning rate of Adam, above 0
 * @see <a href="https://arxiv.org/abs/2301.07002">Zhang et al. 2024, Opti-CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record OptiCam(int iterations, double rate) implements Method {

  /** The name of the note of the score that the masked picture has in the end. */
  static final String MASKED = "score of the masked picture";

  /** With 50 steps and a rate of 0.1, those of the authors' program. */
  public OptiCam() {
    this(50, 0.1);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no step, or the rate is not above 0
   */
  public OptiCam {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "opti-cam takes at least one step, but got " + iterations + "; 50 is usual");
    }
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "the rate of opti-cam is above 0, but got " + rate + "; 0.1 is usual");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    int channels = (int) evidence.activations().getShape().get(1);
    float[][] weights = new float[evidence.size()][channels];
    double[] scores = new double[evidence.size()];
    for (int i = 0; i < weights.length; i++) {
      ChannelMixture.Mask best = optimised(evidence, i);
      double[] shares = best.shares();
      for (int k = 0; k < channels; k++) {
        weights[i][k] = (float) shares[k];
      }
      NDArray own = evidence.input().get(i + ":" + (i + 1));
      scores[i] = evidence.scores(i, 1, (from, to, scope) -> seen(own, best, scope))[0];
    }
    evidence.note(MASKED, scores);
    return ChannelWeighting.channels(evidence, weights).maximum(0f);
  }

  /** The mask after all steps. A picture at a time, so that a batch makes no difference. */
  private ChannelMixture.Mask optimised(Evidence evidence, int picture) {
    NDArray own = evidence.input().get(picture + ":" + (picture + 1));
    ChannelMixture mixture = mixture(evidence.activations().get(picture), own.getShape());
    double[] u = new double[(int) evidence.activations().getShape().get(1)];
    Adam adam = new Adam(rate, u.length);
    ChannelMixture.Mask mask = mixture.at(u);
    for (int step = 0; step < iterations; step++) {
      try (NDManager scope = own.getManager().newSubManager()) {
        NDArray slopes = evidence.copies(picture, seen(own, mask, scope)).inputGradients();
        adam.climb(u, mask.gradient(slopes.mul(own).sum(new int[] {1}).toFloatArray()));
      }
      mask = mixture.at(u);
    }
    return mask;
  }

  private static ChannelMixture mixture(NDArray activations, Shape picture) {
    Shape shape = activations.getShape();
    int locations = (int) (shape.get(1) * shape.get(2));
    float[] all = activations.toFloatArray();
    float[][] channels = new float[(int) shape.get(0)][locations];
    for (int i = 0; i < all.length; i++) {
      channels[i / locations][i % locations] = all[i];
    }
    return new ChannelMixture(
        channels, (int) shape.get(1), (int) picture.get(2), (int) picture.get(3));
  }

  private static NDArray seen(NDArray picture, ChannelMixture.Mask mask, NDManager scope) {
    Shape shape = picture.getShape();
    return NativeArrays.of(scope, mask.values(), new Shape(1, 1, shape.get(2), shape.get(3)))
        .mul(picture);
  }

  @Override
  public Work work(Conditions at) {
    String how = "the mixture of channels through which the score is largest";
    return at.backward(how).onCopies(iterations, how).withForwards(1).withPrediction(true);
  }

  @Override
  public String unit(String score) {
    return Heatmap.ACTIVATION;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("opti-cam")
        .withSummary(
            "Channels weighted so that the picture seen through the map keeps its score, found step by step.")
        .withGradients()
        .withCost(iterations + " backwards and one forward")
        .withPaper("Zhang et al., CVIU 2024")
        .withLink("https://arxiv.org/abs/2301.07002");
  }
}
