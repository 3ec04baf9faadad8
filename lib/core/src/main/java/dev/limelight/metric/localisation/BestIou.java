package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Intersection over union of the object and of where the heatmap reaches a share of its maximum, at
 * the share that is best for this picture: 0.1, 0.15 and so on to 0.9; from 0 to 1. No share that
 * suits one method decides. Its curve has the value at each share.
 *
 * <p>Maps without a positive value and maps that are the same everywhere are discarded.
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Metric.class)
public record BestIou() implements MaskMetric {

  private static final int SHARES = 17;

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("best-iou")
        .withSummary("How well the map covers the object and nothing else, at the best threshold.")
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
    List<Double> curve = new ArrayList<>();
    for (int i = 0; i < SHARES; i++) {
      Measurement one = new IntersectionOverUnion(0.1 + 0.05 * i).compared(explanation, mask);
      if (!one.measured()) {
        return one;
      }
      curve.add(one.value());
    }
    return Measurement.of(Collections.max(curve), curve);
  }
}
