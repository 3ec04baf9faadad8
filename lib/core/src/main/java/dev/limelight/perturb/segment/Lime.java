package dev.limelight.perturb.segment;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.segment.Segmenter;
import java.util.BitSet;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * LIME: a linear model of the score around the picture, whose coefficients say how much each
 * segment adds where it is seen. Random sets of segments are seen, each with a probability of one
 * half; they count by {@code sqrt(exp(-d^2 / width^2))} with their cosine distance d from the whole
 * picture. As in the authors' code, the regression shrinks values by a ridge of 1 and has a free
 * intercept, so that values do not add up to anything.
 *
 * <p>Not where values must add up: use kernel-shap, which costs the same.
 *
 * @param segments {@code slic:50}, {@code felzenszwalb:100}, {@code grid:8}, or the name of a label
 *     image or a folder of masks
 * @param samples how many sets of segments are looked at, the whole picture among them
 * @param baseline what replaces a hidden segment: blur, mean, grey, black or white
 * @param width of the kernel
 * @param ridge the penalty on squared values
 * @param seed of the sets, which are the same for every target
 * @see <a href="https://arxiv.org/abs/1602.04938">Ribeiro et al. 2016, Why Should I Trust You?</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Lime(
    String segments, int samples, String baseline, double width, double ridge, long seed)
    implements Method {

  private static final String NAME = "lime";

  /** The authors' settings, with at most about 50 superpixels of SLIC, not their quick shift. */
  public Lime() {
    this("slic:50", 1000, "mean", 0.25, 1, 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are no such segments or baseline, too few samples, or
   *     a number does not suit
   */
  public Lime {
    Segmenter.parse(segments);
    Filling.named(NAME, baseline);
    if (samples < 2 || !(width > 0) || !(ridge > 0) || Double.isInfinite(ridge)) {
      throw new IllegalArgumentException(
          "lime takes at least two samples, a kernel's width and a ridge above 0, but got "
              + samples
              + ", "
              + width
              + " and "
              + ridge
              + "; 1000, 0.25 and 1 are usual");
    }
  }

  /** One channel for all, signed, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    SegmentMaps maps = new SegmentMaps(evidence);
    for (int i = 0; i < evidence.size(); i++) {
      SegmentedPicture picture = SegmentedPicture.of(evidence, i, Segmenter.parse(segments), NAME);
      int count = picture.segments().count();
      List<BitSet> sets = LimeRegression.coalitions(count, samples, seed);
      double[] scores = picture.game(Filling.named(NAME, baseline)).scores(sets);
      maps.add(picture.segments(), new LimeRegression(width, ridge).fit(sets, scores, count));
    }
    return maps.maps();
  }

  @Override
  public List<String> notes() {
    return List.of(
        "lime replaces hidden segments by "
            + Filling.named(NAME, baseline).words()
            + "; its values are a linear model's and do not add up to the score");
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("linear model of random sets of segments, fewer where there are no more")
        .withForwards(samples)
        .withPrediction(false);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.perturbation(NAME)
        .withSummary(
            "A linear model of the score around the picture: what each segment adds where it is seen.")
        .withCost("one forward a sample")
        .withPaper("Ribeiro et al., KDD 2016")
        .withLink("https://arxiv.org/abs/1602.04938");
  }
}
