package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import java.util.List;
import org.kohsuke.MetaInfServices;

/**
 * The pointing game: 1 if the map's maximum is on the object or no further from it than the
 * tolerance, else 0. The maximum is at the centre of its cell of the raw map. Of several equal
 * maxima each counts in equal parts, so that no order of reading decides. Over pictures the mean is
 * the paper's hit rate of one class.
 *
 * <p>Maps without a positive value and maps that are the same everywhere point nowhere and are
 * discarded.
 *
 * @param tolerance in pixels of a picture of 224 x 224, the same for every method; it grows with
 *     the shorter side of what the network saw
 * @see <a href="https://arxiv.org/abs/1608.00507">Zhang et al. 2016, Top-down Neural Attention by
 *     Excitation Backprop</a>
 */
@MetaInfServices(Metric.class)
public record PointingGame(double tolerance) implements MaskMetric {

  private static final double SIDE = 224;

  /** With the paper's tolerance of 15 pixels. */
  public PointingGame() {
    this(15);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the tolerance is negative
   */
  public PointingGame {
    if (!(tolerance >= 0 && Double.isFinite(tolerance))) {
      throw new IllegalArgumentException(
          "a tolerance is 0 or more pixels of 224, but got " + tolerance + "; 15 is the paper's");
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("pointing-game")
        .withSummary("Whether the strongest location lies on the object.")
        .withMask()
        .withPaper("Zhang et al., ECCV 2016")
        .withLink("https://arxiv.org/abs/1608.00507");
  }

  /**
   * The score of one map; NaN where there is none, as of a map that points nowhere.
   *
   * @param mask where the object is, as the network saw it ({@link Explanation#cropped})
   */
  public double of(Explanation explanation, Mask mask) {
    return measured(explanation, mask).value();
  }

  @Override
  public Measurement compared(Explanation explanation, Mask mask) {
    Heatmap map = explanation.map();
    if (explanation.heatmap().isBlank()) {
      return Measurement.discarded(Experiment.blankReason(map));
    }
    double distance = tolerance * Math.min(mask.width(), mask.height()) / SIDE;
    List<Heatmap.Point> peaks = map.peaks();
    double hits = 0;
    for (Heatmap.Point peak : peaks) {
      boolean hit =
          mask.near(
              (int) ((peak.x() + 0.5) / map.width() * mask.width()),
              (int) ((peak.y() + 0.5) / map.height() * mask.height()),
              distance);
      hits += hit ? 1 : 0;
    }
    return Measurement.of(hits / peaks.size());
  }
}
