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
 * Owen values along a hierarchy of segments, as shap's partition explainer has them: the picture is
 * halved again and again, and the parts that change the score most are divided first. The values
 * add up exactly to the score minus the score with all segments replaced. Segments that were not
 * told apart share their value, and their standard errors are not known. Nothing is random.
 *
 * <p>Not where segments far from each other act together.
 *
 * @param segments {@code grid:16}, {@code slic:50}, {@code felzenszwalb:100}, or the name of a
 *     label image or a folder of masks
 * @param samples how many sets of segments are looked at, at most
 * @param baseline what replaces a hidden segment: blur, mean, grey, black or white
 * @see <a href="https://shap.readthedocs.io/en/latest/generated/shap.PartitionExplainer.html">The
 *     partition explainer of shap</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record PartitionShap(String segments, int samples, String baseline) implements Method {

  private static final String NAME = "partition-shap";

  /** 16 x 16 squares, 500 samples, and the blurred picture. */
  public PartitionShap() {
    this("grid:16", 500, "blur");
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are no such segments or baseline, or too few samples
   */
  public PartitionShap {
    Segmenter.parse(segments);
    Filling.named(NAME, baseline);
    if (samples < 2 || samples % 2 != 0) {
      throw new IllegalArgumentException(
          "partition-shap takes two samples to divide a part of the picture, but got "
              + samples
              + "; give an even number such as 500");
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
            OwenValues.of(game, Hierarchy.of(parts), empty, full, samples));
  }

  @Override
  public List<String> notes() {
    return List.of(ShapleyMaps.note(NAME, Filling.named(NAME, baseline)));
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("parts of the picture, halved again and again, fewer where there are no more")
        .withForwards(samples + 1L);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.perturbation(NAME)
        .withSummary(
            "The picture is halved where the score depends on it most: Owen values that add up, coarse where it matters little.")
        .withCost("one forward a sample")
        .withPaper("Lundberg, shap 0.36, 2020; Owen 1977")
        .withLink("https://shap.readthedocs.io/en/latest/generated/shap.PartitionExplainer.html");
  }
}
