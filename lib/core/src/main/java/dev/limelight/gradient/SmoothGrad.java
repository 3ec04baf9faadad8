package dev.limelight.gradient;

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
import java.util.List;
import java.util.function.Function;
import org.kohsuke.MetaInfServices;

/**
 * SmoothGrad: the mean of a gradient map over noisy copies of the picture, {@code 1/n sum_i M(x +
 * e_i)}, with {@code e_i} normal around 0 with standard deviation {@code noise * (max x - min x)}.
 * It removes what changes from pixel to pixel without meaning.
 *
 * <p>As in the paper, gradients are averaged with their signs, and {@link Saliency} takes the
 * absolute value of the mean: what points in changing directions cancels. With {@code absolute} the
 * absolute values are averaged instead, as captum's NoiseTunnel of Saliency does; such a map
 * resembles a blurred saliency.
 *
 * <p>Not where time counts: it needs as many backward passes as samples.
 *
 * @param inner M, a gradient method, whose map is smoothed
 * @param samples n, how many copies
 * @param noise the standard deviation, as a share of the range of the preprocessed picture's values
 * @param seed of the noise, which is the same for every picture
 * @param absolute whether absolute gradients are averaged; only saliency has any
 * @see <a href="https://arxiv.org/abs/1706.03825">Smilkov et al. 2017, SmoothGrad</a>
 */
@MetaInfServices(Method.class)
public record SmoothGrad(Method inner, int samples, double noise, long seed, boolean absolute)
    implements Method {

  /** Of saliency, with 50 copies and noise of 0.15, which is what the paper found to be good. */
  public SmoothGrad() {
    this(new Saliency(), 50, 0.15, 0);
  }

  /** Of gradients with their signs, as in the paper. */
  public SmoothGrad(Method inner, int samples, double noise, long seed) {
    this(inner, samples, noise, seed, false);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException without a gradient method or a copy, or with noise that is no
   *     share
   */
  public SmoothGrad {
    if (inner == null || inner.info().family() != MethodInfo.Family.GRADIENT) {
      throw new IllegalArgumentException(
          "smooth-grad smooths a gradient method, but got "
              + (inner == null ? "none" : inner.info().name())
              + "; give new Saliency()");
    }
    if (samples < 1) {
      throw new IllegalArgumentException(
          "smooth-grad takes at least one noisy copy, but got " + samples + "; 50 is usual");
    }
    if (!(noise >= 0) || Double.isInfinite(noise)) {
      throw new IllegalArgumentException(
          "the noise is a share of the picture's range, 0 or above, but got "
              + noise
              + "; 0.15 is usual");
    }
  }

  /** The mean of what the method gives, (N, C, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    return signed() ? mean(evidence, Evidence::inputGradients).abs() : mean(evidence, inner::parts);
  }

  /** Saliency is the absolute value of what has a sign; other methods keep theirs. */
  private boolean signed() {
    return !absolute && inner instanceof Saliency;
  }

  /** The mean of the method's maps, or the map of the mean gradient, (N, H, W). */
  @Override
  public NDArray map(Evidence evidence) {
    return signed() ? together(parts(evidence)) : mean(evidence, inner::map);
  }

  @Override
  public NDArray together(NDArray parts) {
    return inner.together(parts);
  }

  private NDArray mean(Evidence evidence, Function<Evidence, NDArray> function) {
    NDList all = new NDList();
    Noise normal = Noise.normal(seed);
    for (int i = 0; i < evidence.size(); i++) {
      NDArray own = evidence.input().get(i + ":" + (i + 1));
      PerturbedCopies noisy = normal.on(own, noise);
      all.add(BatchedGradients.sum(evidence, i, samples, noisy, function).div(samples));
    }
    return NDArrays.stack(all);
  }

  @Override
  public Work work(Conditions at) {
    return inner
        .work(at)
        .onCopies(samples, "mean of " + inner.info().name() + " over noisy copies");
  }

  @Override
  public String unit(String score) {
    return inner.unit(score);
  }

  @Override
  public List<String> notes() {
    return inner.notes();
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("smooth-grad")
        .withSummary("The saliency of noisy copies, averaged.")
        .withCost(samples + " backwards")
        .withPaper("Smilkov et al., 2017")
        .withLink("https://arxiv.org/abs/1706.03825");
  }
}
