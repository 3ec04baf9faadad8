package dev.limelight.metric.localisation;

import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.Trial;
import org.kohsuke.MetaInfServices;

/**
 * Intersection over union of the object and of where the heatmap, enlarged to the mask, reaches a
 * share of its maximum; from 0 to 1. All connected parts of the map count.
 *
 * <p>A blank map is strong nowhere and scores 0.
 *
 * @param share of the maximum, above 0 and up to 1
 * @see <a href="https://arxiv.org/abs/1512.04150">Zhou et al. 2016, Learning Deep Features for
 *     Discriminative Localization, whose share it is</a>
 */
@MetaInfServices(Metric.class)
public record IntersectionOverUnion(double share) implements Metric {

  /** From 20 % of the maximum on, as CAM draws its boxes. */
  public IntersectionOverUnion() {
    this(0.2);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the share is not above 0 and up to 1
   */
  public IntersectionOverUnion {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "a share of the maximum is above 0 and up to 1, such as 0.2, but got " + share);
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("iou").withMask().withPaper("Zhou et al., CVPR 2016");
  }

  @Override
  public Experiment of(Trial trial) {
    if (trial.mask() == null) {
      return Experiment.withoutMask();
    }
    Mask object = trial.mask();
    Mask strong = Mask.of(trial.heatmap().resized(object.width(), object.height()), share);
    int either = strong.or(object).area();
    int both = strong.area() + object.area() - either;
    return Experiment.known(either == 0 ? 0 : (double) both / either);
  }
}
