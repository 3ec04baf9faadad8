package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import org.kohsuke.MetaInfServices;

/**
 * The energy-based pointing game: {@code sum over the object of max(L, 0) / sum of max(L, 0)},
 * where L is the raw map, enlarged to the mask; from 0 to 1. Compare it with the share that the
 * object has of the picture, which a map without a preference scores.
 *
 * <p>Maps without a positive value are discarded.
 *
 * @see <a href="https://arxiv.org/abs/1910.01279">Wang et al. 2020, Score-CAM</a>
 */
@MetaInfServices(Metric.class)
public record EnergyInMask() implements MaskMetric {

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("energy-in-mask")
        .withSummary("Which share of the positive evidence lies on the object.")
        .withMask()
        .withPaper("Wang et al., CVPR Workshops 2020")
        .withLink("https://arxiv.org/abs/1910.01279");
  }

  /**
   * The score of one map; NaN where there is none, as of a map without a positive value.
   *
   * @param mask where the object is, as the network saw it ({@link Explanation#cropped})
   */
  public double of(Explanation explanation, Mask mask) {
    return measured(explanation, mask).value();
  }

  @Override
  public Measurement compared(Explanation explanation, Mask mask) {
    // Positive first, as in the heatmap: enlarged together with the evidence against the target, a
    // small positive cell among negative ones would be gone.
    Heatmap energy = explanation.map().positive().resized(mask.width(), mask.height());
    return energy.isBlank()
        ? Measurement.discarded("no positive value of the map is left at the size of the mask")
        : Measurement.of(mask.shareOf(energy));
  }
}
