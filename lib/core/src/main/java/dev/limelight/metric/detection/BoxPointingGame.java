package dev.limelight.metric.detection;

import dev.limelight.Explanation;
import dev.limelight.detection.Box;
import dev.limelight.image.Heatmap;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The pointing game for boxes: whether the map of a box has its maximum in that box, or in another
 * box. The maximum is at the centre of its cell of the raw map. Of several equal maxima each counts
 * in equal parts. Both numbers are NaN for a map without a positive value, or that is the same
 * everywhere.
 *
 * @param own the share of the maxima in the box, from 0 to 1
 * @param others the share in another box and not in this one
 * @see <a href="https://arxiv.org/abs/1608.00507">Zhang et al. 2016, Top-down Neural Attention by
 *     Excitation Backprop</a>
 */
@API(status = Status.INTERNAL)
public record BoxPointingGame(double own, double others) {

  /**
   * Plays it.
   *
   * @param map of the box
   * @param own the box, in pixels of the network's input
   * @param others other boxes of the picture, such as those of the same class
   */
  public static BoxPointingGame of(Explanation map, Box own, List<Box> others) {
    if (map.heatmap().isBlank()) {
      return new BoxPointingGame(Double.NaN, Double.NaN);
    }
    double across = (double) map.heatmap().width() / map.map().width();
    double down = (double) map.heatmap().height() / map.map().height();
    List<Heatmap.Point> peaks = map.map().peaks();
    double inOwn = 0;
    double inOthers = 0;
    for (Heatmap.Point peak : peaks) {
      double x = (peak.x() + 0.5) * across;
      double y = (peak.y() + 0.5) * down;
      if (own.rectangle().contains(x, y)) {
        inOwn++;
      } else if (others.stream().anyMatch(box -> box.rectangle().contains(x, y))) {
        inOthers++;
      }
    }
    return new BoxPointingGame(inOwn / peaks.size(), inOthers / peaks.size());
  }
}
