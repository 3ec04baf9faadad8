package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import org.kohsuke.MetaInfServices;

/**
 * The pointing game: 1 if the heatmap's peak is on the object or is no further from it than the
 * tolerance, else 0. Over pictures the mean is the paper's hit rate of one class.
 *
 * <p>A blank map points nowhere and scores 0.
 *
 * @param tolerance in cells of the raw map, whose width and height are those of the part of the
 *     picture that one value represents; the paper has 15 pixels
 * @see <a href="https://arxiv.org/abs/1608.00507">Zhang et al. 2016, Top-down Neural Attention by
 *     Excitation Backprop</a>
 */
@MetaInfServices(Metric.class)
public record PointingGame(double tolerance) implements MaskMetric {

  /** With a tolerance of half a cell: the object reaches into the cell that is strongest. */
  public PointingGame() {
    this(0.5);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the tolerance is negative
   */
  public PointingGame {
    if (!(tolerance >= 0 && Double.isFinite(tolerance))) {
      throw new IllegalArgumentException(
          "a tolerance is 0 or more cells of the map, but got " + tolerance);
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("pointing-game")
        .withMask()
        .withPaper("Zhang et al., ECCV 2016");
  }

  /**
   * The score of one map.
   *
   * @param mask where the object is, as the network saw it ({@link Explanation#cropped})
   */
  @Override
  public double of(Explanation explanation, Mask mask) {
    Heatmap map = explanation.map();
    if (map.isBlank()) {
      return 0;
    }
    Heatmap heatmap = explanation.heatmap();
    Heatmap.Point peak = heatmap.peak();
    double cell =
        Math.min((double) mask.width() / map.width(), (double) mask.height() / map.height());
    boolean hit =
        mask.near(
            (int) ((peak.x() + 0.5) / heatmap.width() * mask.width()),
            (int) ((peak.y() + 0.5) / heatmap.height() * mask.height()),
            cell * tolerance);
    return hit ? 1 : 0;
  }
}
