package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import org.kohsuke.MetaInfServices;

/**
 * Intersection over union of the object and of where the heatmap reaches a share of its maximum;
 * from 0 to 1. Both are compared at the size of the network's input, whatever the size of the
 * picture. All connected parts of the map count.
 *
 * <p>Maps without a positive value and maps that are the same everywhere are discarded.
 *
 * @param share of the maximum, above 0 and up to 1
 * @see <a href="https://arxiv.org/abs/1512.04150">Zhou et al. 2016, Learning Deep Features for
 *     Discriminative Localization, whose share it is</a>
 */
@MetaInfServices(Metric.class)
public record IntersectionOverUnion(double share) implements MaskMetric {

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
    return MetricInfo.higherIsBetter("iou")
        .withSummary("How well the thresholded map covers the object and nothing else.")
        .withMask()
        .withPaper("Zhou et al., CVPR 2016")
        .withLink("https://arxiv.org/abs/1512.04150");
  }

  @Override
  public Measurement compared(Explanation explanation, Mask mask) {
    Heatmap heatmap = explanation.heatmap();
    if (heatmap.isBlank()) {
      return Measurement.discarded(Experiment.blankReason(explanation.map()));
    }
    Mask object = mask.resized(heatmap.width(), heatmap.height());
    Mask strong = Mask.of(heatmap, share);
    int either = strong.or(object).area();
    int both = strong.area() + object.area() - either;
    return object.area() == 0
        ? Measurement.discarded("the object is smaller than a pixel of the network's input")
        : Measurement.of((double) both / either);
  }
}
