package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.limelight.method.BatchedGradients;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Noise;
import dev.limelight.method.PerturbedCopies;
import dev.limelight.method.Work;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Smooth Grad-CAM++: {@code sum_k w_k A_k} with {@code w_k = sum_xy ReLU(D1_k) a_k} and {@code a_k
 * = D2_k / (2 D2_k + S_k D3_k)}. A is the layer's activation and {@code S_k = sum_xy A_k}; {@code
 * Dp_k = 1/n sum_i g_ki^p}, where {@code g_ki} is the gradient of the score at channel k for the
 * noisy copy {@code x + e_i} of the picture x. The noise {@code e_i} is normal around 0 with
 * standard deviation {@code s (max x - min x)}. Without noise it is Grad-CAM++ without its epsilon.
 *
 * <p>The numerator is D2, as in Grad-CAM++; the paper prints D1 there, which makes the map depend
 * on the unit of the activations. Where the noise makes {@code S_k D3_k} negative it counts as 0,
 * since the quotient has a pole there. torchcam differs: it takes D1 from the last copy alone, and
 * sums {@code A_k D3_k} over the locations.
 *
 * <p>Not where numbers count: its weights are no parts of the score.
 *
 * @param samples n, how many copies
 * @param noise s, the standard deviation as a share of the range of the preprocessed picture's
 *     values
 * @param seed of the noise, which is the same for every picture
 * @see <a href="https://arxiv.org/abs/1908.01224">Omeiza et al. 2019, Smooth Grad-CAM++</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record SmoothGradCamPlusPlus(int samples, double noise, long seed) implements Method {

  /** With 10 copies and the noise of SmoothGrad, 0.15. */
  public SmoothGradCamPlusPlus() {
    this(10, 0.15, 0);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no copy, or the noise is no share
   */
  public SmoothGradCamPlusPlus {
    if (samples < 1) {
      throw new IllegalArgumentException(
          "smooth-grad-cam++ takes at least one noisy copy, but got " + samples + "; 10 is usual");
    }
    if (!(noise >= 0) || Double.isInfinite(noise)) {
      throw new IllegalArgumentException(
          "the noise of smooth-grad-cam++ is a share of the picture's range, 0 or above, but got "
              + noise
              + "; 0.15 is usual");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    return parts(evidence, Noise.normal(seed));
  }

  /** With noise of deviation 1 from elsewhere. */
  NDArray parts(Evidence evidence, Noise normal) {
    NDList all = new NDList();
    for (int i = 0; i < evidence.size(); i++) {
      NDArray activations = evidence.activations().get(i);
      NDArray sums = activations.sum(new int[] {1, 2}, true);
      // In the unit of the activations, powers of the gradient would leave the range of floats.
      float unit = sums.abs().max().toFloatArray()[0];
      unit = unit > 0 ? unit : 1;
      NDArray weights = weights(moments(evidence, i, normal, unit), sums.div(unit));
      all.add(activations.div(unit).mul(weights));
    }
    return NDArrays.stack(all);
  }

  /** D1, D2 and D3 of the gradients times the unit, one after the other, (3 C, h, w). */
  private NDArray moments(Evidence evidence, int picture, Noise normal, float unit) {
    NDArray own = evidence.input().get(picture + ":" + (picture + 1));
    PerturbedCopies noisy = normal.on(own, noise);
    return BatchedGradients.sum(
            evidence,
            picture,
            samples,
            noisy,
            copies -> {
              NDArray gradients = copies.gradients().mul(unit);
              NDArray squares = gradients.mul(gradients);
              return gradients.concat(squares, 1).concat(squares.mul(gradients), 1);
            })
        .div(samples);
  }

  private static NDArray weights(NDArray moments, NDArray sums) {
    long channels = sums.getShape().get(0);
    NDArray first = moments.get(":" + channels);
    NDArray second = moments.get(channels + ":" + 2 * channels);
    NDArray third = moments.get(2 * channels + ":");
    NDArray denominator = second.mul(2).add(sums.mul(third).maximum(0f));
    // Where there is no gradient, there is no weight.
    denominator = denominator.add(denominator.eq(0f).toType(denominator.getDataType(), false));
    return first.maximum(0f).mul(second.div(denominator)).sum(new int[] {1, 2}, true);
  }

  @Override
  public Work work(Conditions at) {
    return at.headBackward("Grad-CAM++ by gradients of noisy copies")
        .onCopies(samples, "Grad-CAM++ by gradients of noisy copies")
        .withPrediction(true);
  }

  /** None: the weights are quotients of gradients, and no parts of the score. */
  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("smooth-grad-cam++")
        .withSummary("Grad-CAM++ with the gradients of noisy copies, averaged.")
        .withGradients()
        .withCost(samples + " forwards and head backwards")
        .withPaper("Omeiza et al., 2019")
        .withLink("https://arxiv.org/abs/1908.01224");
  }
}
