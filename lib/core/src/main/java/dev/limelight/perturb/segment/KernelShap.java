package dev.limelight.perturb.segment;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.segment.Segmenter;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * KernelSHAP: the Shapley value of each segment, the mean over all orders of what it adds to the
 * score, by a weighted regression of scores on which segments are seen. The values add up exactly
 * to the score minus the score with all segments replaced. Each segment's standard error says what
 * other random sets would change; it is 0 where there are no more sets than samples, as with 9
 * segments and 1000 samples.
 *
 * <p>Not where segments do not follow what is in the picture, nor for more of them than a tenth of
 * the samples.
 *
 * @param segments {@code slic:50}, {@code felzenszwalb:100}, {@code grid:8}, or the name of a label
 *     image or a folder of masks
 * @param samples how many sets of segments are looked at, at least two a segment
 * @param baseline what replaces a hidden segment: blur, mean, grey, black or white
 * @param seed of the sets, which are the same for every target
 * @see <a href="https://arxiv.org/abs/1705.07874">Lundberg and Lee 2017, A Unified Approach to
 *     Interpreting Model Predictions</a>
 * @see <a href="https://arxiv.org/abs/2012.01536">Covert and Lee 2021, Improving KernelSHAP</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record KernelShap(String segments, int samples, String baseline, long seed)
    implements Method {

  private static final String NAME = "kernel-shap";

  /** At most about 50 superpixels, 1000 samples, and the blurred picture. */
  public KernelShap() {
    this("slic:50", 1000, "blur", 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are no such segments or baseline, or too few samples
   */
  public KernelShap {
    Segmenter.parse(segments);
    Filling.named(NAME, baseline);
    if (samples < 2) {
      throw new IllegalArgumentException(
          "kernel-shap takes at least two samples, but got " + samples + "; 1000 is usual");
    }
  }

  /** One channel for all, signed, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    return ShapleyMaps.of(
        evidence,
        Segmenter.parse(segments),
        Filling.named(NAME, baseline),
        NAME,
        (game, parts, empty, full) ->
            ShapleyRegression.of(game, parts.count(), empty, full, samples, seed));
  }

  @Override
  public List<String> notes() {
    return List.of(ShapleyMaps.note(NAME, Filling.named(NAME, baseline)));
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("regression on random sets of segments, fewer where there are no more")
        .withForwards(samples + 1L);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.perturbation(NAME)
        .withSummary(
            "The Shapley value of each segment, with its standard error: values in the score's unit that add up.")
        .withCost("one forward a sample")
        .withPaper("Lundberg and Lee, NeurIPS 2017")
        .withLink("https://arxiv.org/abs/1705.07874");
  }
}
